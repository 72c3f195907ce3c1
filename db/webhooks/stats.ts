import type { Database } from "@/db/client.ts";
import { firstIdAt } from "@/db/ids.ts";

/** What came in at a door within `hours`; of a busy door, the newest 50,000. */
export interface DoorStats {
  hours: number;
  received: number;
  accepted: number;
  ignored: number;
  duplicate: number;
  refused: number;
  invalid: number;
  answer_ms_p50: number | null;
  answer_ms_p99: number | null;
  /** The last one of all, however long ago. */
  last_received_at: Date | null;
}

// Ten doors with a million deliveries of today must not make a page wait.
const MOST = 50_000;

/** Counts and answer times of all doors, or of one, by its id. Replays did not come in: left out. */
export async function doorStats(
  { sql }: Database,
  hours = 24,
  webhook_id?: string,
): Promise<Map<string, DoorStats>> {
  const since = firstIdAt(new Date(Date.now() - hours * 3_600_000));
  const columns = sql`outcome, answered_ms, replay_of, received_at`;
  // `webhook_id is null` alone keeps the index from giving the order: so it is in the order too.
  const builtin = sql`from deliveries
    where w.is_builtin and provider = w.provider and webhook_id is null`;
  const created = sql`from deliveries
    where not w.is_builtin and provider = w.provider and webhook_id = w.webhook_id`;
  const newest = sql`order by webhook_id, delivery_id desc`;
  const rows = await sql<(Omit<DoorStats, "hours"> & { webhook_id: string })[]>`
    select w.webhook_id, s.*, (
      select received_at from (
        (select ${columns} ${builtin} ${newest} limit 1)
        union all
        (select ${columns} ${created} ${newest} limit 1)) l
      ) as last_received_at
    from webhooks w, lateral (
      select count(*)::int as received,
        (count(*) filter (where outcome = 'accepted'))::int as accepted,
        (count(*) filter (where outcome = 'ignored'))::int as ignored,
        (count(*) filter (where outcome = 'duplicate'))::int as duplicate,
        (count(*) filter (where outcome = 'refused'))::int as refused,
        (count(*) filter (where outcome = 'invalid'))::int as invalid,
        percentile_cont(0.5) within group (order by answered_ms) as answer_ms_p50,
        percentile_cont(0.99) within group (order by answered_ms) as answer_ms_p99
      from (
        (select ${columns} ${builtin} and delivery_id >= ${since} ${newest} limit ${MOST})
        union all
        (select ${columns} ${created} and delivery_id >= ${since} ${newest} limit ${MOST})) d
      where replay_of is null
    ) s
    ${webhook_id ? sql`where w.webhook_id = ${webhook_id}` : sql``}`;
  return new Map(rows.map(({ webhook_id, ...stats }) => [webhook_id, { hours, ...stats }]));
}

/**
 * How often commands were used within the last hour, by `use_key`, by all people or by one (empty:
 * by events that no person caused); those never used are left out.
 */
export async function usesLastHour(
  { sql }: Database,
  use_keys: string[],
  person?: string,
): Promise<Map<string, number>> {
  const rows = await sql<{ use_key: string; uses: number }[]>`
    select use_key, count(*)::int as uses from command_uses
    where use_key = any (${use_keys}) and used_at > now() - interval '1 hour'
      ${person === undefined ? sql`` : sql`and person = ${person}`}
    group by use_key`;
  return new Map(rows.map(({ use_key, uses }) => [use_key, uses]));
}

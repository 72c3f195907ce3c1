import type { Database } from "@/db/client.ts";
import type { Outcome } from "@/db/nouns/delivery.ts";
import { cameIn, outcomes, placeOfWebhook } from "@/db/deliveries/by_kind.ts";
import { firstIdAt } from "@/db/ids.ts";

export interface WebhookStats {
  hours: number;
  received: number;
  accepted: number;
  ignored: number;
  duplicate: number;
  refused: number;
  invalid: number;
  /** Outcomes of which more came than are counted: their counts, and `received`, are lower bounds. */
  at_least: Outcome[];
  /** Over the newest answers within these hours. */
  answer_ms_p50: number | null;
  answer_ms_p99: number | null;
  /** The last one of all, however long ago. */
  last_received_at: Date | null;
}

/** The most that are counted of one outcome: a page must not wait for a busy day. */
export const MOST_COUNTED = 2_000;

const ANSWERS = 200;

/** Counts and answer times of all webhooks, or of one, by its id. Replays did not come in: left out. */
export async function webhookStats(
  { sql }: Database,
  hours = 24,
  webhook_id?: string,
): Promise<Map<string, WebhookStats>> {
  const since = firstIdAt(new Date(Date.now() - hours * 3_600_000));
  const came = cameIn(sql, sql`w.provider`, placeOfWebhook(sql), sql`o.outcome`);
  const rows = await sql<(Omit<WebhookStats, "hours"> & { webhook_id: string })[]>`
    select w.webhook_id, counted.*, answers.*, (
      select received_at from deliveries where delivery_id = (
        select newest.delivery_id from ${outcomes(sql)} cross join lateral (
          select delivery_id from deliveries where ${came} order by delivery_id desc limit 1) newest
        order by 1 desc limit 1)) as last_received_at
    from webhooks w, lateral (
      select coalesce(sum(n), 0)::int as received,
        coalesce(sum(n) filter (where outcome = 'accepted'), 0)::int as accepted,
        coalesce(sum(n) filter (where outcome = 'ignored'), 0)::int as ignored,
        coalesce(sum(n) filter (where outcome = 'duplicate'), 0)::int as duplicate,
        coalesce(sum(n) filter (where outcome = 'refused'), 0)::int as refused,
        coalesce(sum(n) filter (where outcome = 'invalid'), 0)::int as invalid,
        coalesce(array_agg(outcome) filter (where seen = ${MOST_COUNTED}), '{}') as at_least
      from (
        select outcome, seen, greatest(0, seen - replays) as n
        from ${outcomes(sql)} cross join lateral (
          select count(*) as seen from (
            select from deliveries where ${came} and delivery_id >= ${since}
            limit ${MOST_COUNTED}) newest) s cross join lateral (
          select count(*) as replays from (
            select from deliveries
            where ${came} and delivery_id >= ${since} and replay_of is not null
            limit ${MOST_COUNTED}) again) r) figures
    ) counted, lateral (
      select percentile_cont(0.5) within group (order by answered_ms) as answer_ms_p50,
        percentile_cont(0.99) within group (order by answered_ms) as answer_ms_p99
      from deliveries where replay_of is null and delivery_id = any (array(
        select newest.delivery_id from ${outcomes(sql)} cross join lateral (
          select delivery_id from deliveries where ${came} and delivery_id >= ${since}
          order by delivery_id desc limit ${ANSWERS}) newest
        order by 1 desc limit ${ANSWERS}))
    ) answers
    ${webhook_id ? sql`where w.webhook_id = ${webhook_id}` : sql``}`;
  return new Map(rows.map(({ webhook_id, ...stats }) => [webhook_id, { hours, ...stats }]));
}

/** Uses within the last hour by `use_key`, of all people or of one (empty: of events without one). */
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

/** The newest of each webhook and outcome are found by an index, however many came in. */
import type postgres from "postgres";
import type { Sql } from "@/db/client.ts";
import { type Outcome, OUTCOMES } from "@/db/nouns/delivery.ts";
import type { DeliveryFilter } from "@/db/deliveries/list.ts";
import type { PageRequest } from "@/db/page.ts";

type Fragment = postgres.Fragment;

const BUILTIN = "00000000-0000-0000-0000-000000000000";

const webhook = (sql: Sql) => sql`coalesce(webhook_id, ${sql.unsafe(`'${BUILTIN}'::uuid`)})`;

/** The start of a `with`: a table `places` of where anything ever came in, one index step each. */
export const withPlaces = (sql: Sql): Fragment =>
  sql`with recursive places (provider, webhook) as (
    (select provider, ${webhook(sql)} from deliveries order by 1, 2 limit 1)
    union all
    select next.* from places p, lateral (
      select provider, ${webhook(sql)} from deliveries
      where (provider, ${webhook(sql)}) > (p.provider, p.webhook) order by 1, 2 limit 1) next
  )`;

export const cameIn = (sql: Sql, provider: Fragment, at: Fragment, outcome: Fragment): Fragment =>
  sql`provider = ${provider} and ${webhook(sql)} = ${at} and outcome = ${outcome}`;

export const atPlace = (sql: Sql, provider: string, webhook_id: string | null): Fragment =>
  cameIn(sql, sql`${provider}`, sql`${webhook_id ?? BUILTIN}`, sql`o.outcome`);

export const placeOfWebhook = (sql: Sql): Fragment =>
  sql`case when w.is_builtin then ${sql.unsafe(`'${BUILTIN}'::uuid`)} else w.webhook_id end`;

export const outcomes = (sql: Sql, wanted: readonly Outcome[] = OUTCOMES): Fragment =>
  sql`unnest(${[...wanted]}::text[]) as o (outcome)`;

export function newestByKind(
  sql: Sql,
  { provider, webhook_id, outcome, event_type }: DeliveryFilter,
  { limit, cursor }: PageRequest,
): Fragment {
  const at = sql`p.provider`;
  // the index of types keeps the four in one number; the type itself is compared too
  const kind = !event_type
    ? cameIn(sql, at, sql`p.webhook`, sql`o.outcome`)
    : sql`event_type = ${event_type}
        and delivery_kind(provider, webhook_id, outcome, event_type) = delivery_kind(${at},
          nullif(p.webhook, ${BUILTIN}), o.outcome, ${event_type})`;
  return sql`array(
    ${withPlaces(sql)}
    select newest.delivery_id
    from places p cross join ${outcomes(sql, outcome ? [outcome] : OUTCOMES)} cross join lateral (
      select delivery_id from deliveries
      where ${kind} ${cursor ? sql`and delivery_id < ${cursor}` : sql``}
      order by delivery_id desc limit ${limit}) newest
    where true ${provider ? sql`and p.provider = ${provider}` : sql``}
      ${webhook_id === undefined ? sql`` : sql`and p.webhook = ${webhook_id ?? BUILTIN}`}
    order by 1 desc limit ${limit})`;
}

import { gunzip } from "node:zlib";
import { promisify } from "node:util";
import type { Database } from "@/db/client.ts";
import type { Delivery, Outcome } from "@/db/nouns/delivery.ts";
import { atPlace, newestByKind, outcomes } from "@/db/deliveries/by_kind.ts";
import { firstIdAt, isId } from "@/db/ids.ts";
import { type Page, page, type PageRequest } from "@/db/page.ts";

export type { Delivery };

const columns = (sql: Database["sql"]) =>
  sql`delivery_id, provider, webhook_id, provider_delivery_id, event_type, external_id, flow_id,
    actor, outcome, reason, ${traces(sql)} as commands, task_ids, duplicate_of, replay_of, notes,
    body_bytes, received_at, answered_ms`;

/** What is true of each command: of those the webhook knows, in its order, behind those it does not. */
const traces = (sql: Database["sql"]) =>
  sql`coalesce((
    select jsonb_agg(coalesce(own.trace, jsonb_build_object(
      'name', known.command ->> 'name', 'matched', false,
      'reason', coalesce(met.words, d.other_commands_reason)))
      order by coalesce(known.place, 0))
    from jsonb_array_elements(s.commands) with ordinality as known (command, place)
      full join jsonb_array_elements(d.commands) as own (trace)
        on own.trace ->> 'name' = known.command ->> 'name'
      left join lateral (
        select known.command -> 'reasons' -> (d.unmet[known.place] - 1) as reason
      ) as why on d.unmet[known.place] > 0
      left join lateral (
        select (why.reason ->> 'text')
          || coalesce(', found ' || (d.found ->> (why.reason ->> 'path')), '') as words
      ) as met on true), d.commands)`;

export interface DeliveryFilter {
  provider?: string;
  /** A created webhook; null: the built-in one. */
  webhook_id?: string | null;
  outcome?: Outcome;
  flow_id?: string;
  event_type?: string;
}

/** Newest first; the cursor is the last delivery id of the page before. */
export async function listDeliveries(
  { sql }: Database,
  filter: DeliveryFilter,
  request: PageRequest,
): Promise<Page<Delivery>> {
  const { webhook_id } = filter;
  if (request.cursor && !isId(request.cursor)) return { items: [], next_cursor: null };
  if (typeof webhook_id === "string" && !isId(webhook_id)) return { items: [], next_cursor: null };
  const { limit, cursor } = request;
  const rows = await sql<Delivery[]>`
    select ${columns(sql)} from deliveries d left join command_sets s using (command_set)
    where ${fitting(sql, filter, { limit: limit + 1, cursor })}
    order by delivery_id desc limit ${limit + 1}`;
  return page(rows, limit, (delivery) => delivery.delivery_id);
}

/** All of a flow are few, and all of all are in order; between these it goes by kind. */
function fitting(sql: Database["sql"], filter: DeliveryFilter, request: PageRequest) {
  const { provider, webhook_id, outcome, event_type, flow_id } = filter;
  const before = request.cursor ? sql`and delivery_id < ${request.cursor}` : sql``;
  if (flow_id) {
    return sql`flow_id = ${flow_id} ${before}
      ${provider ? sql`and provider = ${provider}` : sql``}
      ${webhook_id ? sql`and webhook_id = ${webhook_id}` : sql``}
      ${webhook_id === null ? sql`and webhook_id is null` : sql``}
      ${outcome ? sql`and outcome = ${outcome}` : sql``}
      ${event_type ? sql`and event_type = ${event_type}` : sql``}`;
  }
  const by_kind = provider || outcome || event_type || webhook_id !== undefined;
  if (!by_kind) return sql`true ${before}`;
  return sql`delivery_id = any (${newestByKind(sql, filter, request)})`;
}

/** Bodies of accepted deliveries are removed some time after three months. */
const BODIES_KEPT_DAYS = 120;

/** Ids of a webhook's newest deliveries whose body was kept and is no larger than this. */
export async function newestWithBody(
  { sql }: Database,
  { provider, webhook_id }: { provider: string; webhook_id: string | null },
  limit: number,
  max_bytes: number,
): Promise<string[]> {
  const since = firstIdAt(new Date(Date.now() - BODIES_KEPT_DAYS * 86_400_000));
  const rows = await sql<{ delivery_id: string }[]>`
    select newest.delivery_id
    from ${outcomes(sql, ["accepted", "ignored"])} cross join lateral (
      select delivery_id from deliveries
      where ${atPlace(sql, provider, webhook_id)} and delivery_id >= ${since}
        and body is not null and body_bytes <= ${max_bytes}
      order by delivery_id desc limit ${limit}) newest
    order by 1 desc limit ${limit}`;
  return rows.map(({ delivery_id }) => delivery_id);
}

export interface RawRequest {
  headers: Record<string, string>;
  /** Null where none was kept: refused, unreadable and repeated deliveries. */
  body: Uint8Array | null;
}

/** One delivery, or null. */
export async function getDelivery({ sql }: Database, id: string): Promise<Delivery | null> {
  if (!isId(id)) return null;
  const [row] = await sql<Delivery[]>`
    select ${
    columns(sql)
  } from deliveries d left join command_sets s using (command_set) where delivery_id = ${id}`;
  return row ?? null;
}

/** What was received, byte for byte, with the headers that were fit to keep. */
export async function rawDelivery({ sql }: Database, id: string): Promise<RawRequest | null> {
  if (!isId(id)) return null;
  const [row] = await sql<RawRequest[]>`
    select headers, coalesce(body, (
      select string_agg(p.bytes, ''::bytea order by p.part)
      from delivery_body_parts p where p.delivery_id = d.delivery_id)) as body
    from deliveries d where delivery_id = ${id}`;
  if (!row) return null;
  return {
    headers: row.headers,
    body: row.body && new Uint8Array(await promisify(gunzip)(row.body)),
  };
}

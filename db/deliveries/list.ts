import { gunzip } from "node:zlib";
import { promisify } from "node:util";
import type { Database } from "@/db/client.ts";
import { type Delivery, type Outcome, storedDelivery } from "@/db/nouns/delivery.ts";
import { atPlace, newestByKind, outcomes } from "@/db/deliveries/by_kind.ts";
import { commandSets } from "@/db/deliveries/command_sets.ts";
import { readTraces, type StoredTraces, type TracedCommand } from "@/db/deliveries/traces.ts";
import { firstIdAt, isId } from "@/db/ids.ts";
import { type Page, page, type PageRequest } from "@/db/page.ts";

export type { Delivery };

const columns = (sql: Database["sql"]) =>
  sql`delivery_id, provider, webhook_id, provider_delivery_id, event_type, external_id, flow_id,
    actor, outcome, reason, commands, command_set, other_commands_reason, unmet, found, task_ids,
    duplicate_of, replay_of, notes, body_bytes, received_at, answered_ms`;

type Row = Omit<Delivery, "commands"> & StoredTraces & { command_set: string | null };

async function inWords(db: Database, rows: Row[]): Promise<Delivery[]> {
  const sets = await commandSets(db, rows.map(({ command_set }) => command_set));
  return rows.map((row) => deliveryOf(row, sets.get(row.command_set) ?? []));
}

function deliveryOf(row: Row, known: TracedCommand[]): Delivery {
  const { command_set: _set, other_commands_reason, unmet, found: _found, ...fields } = row;
  const { commands, found, actor, notes } = storedDelivery.parse(row);
  const traces = readTraces({ commands, other_commands_reason, unmet, found }, known);
  return { ...fields, actor, notes, commands: traces };
}

export interface DeliveryFilter {
  provider?: string;
  /** A created webhook; null: the built-in one. */
  webhook_id?: string | null;
  outcome?: Outcome;
  flow_id?: string;
  event_type?: string;
}

export async function listDeliveries(
  db: Database,
  filter: DeliveryFilter,
  request: PageRequest,
): Promise<Page<Delivery>> {
  const { webhook_id } = filter;
  if (request.cursor && !isId(request.cursor)) return { items: [], next_cursor: null };
  if (typeof webhook_id === "string" && !isId(webhook_id)) return { items: [], next_cursor: null };
  const { sql } = db;
  const { limit, cursor } = request;
  const rows = await sql<Row[]>`
    select ${columns(sql)} from deliveries
    where ${fitting(sql, filter, { limit: limit + 1, cursor })}
    order by delivery_id desc limit ${limit + 1}`;
  return page(await inWords(db, rows), limit, ({ delivery_id }) => delivery_id);
}

/** Those of one flow and its aliases are few, and an unfiltered list is in order; all other filters read by kind. */
function fitting(sql: Database["sql"], filter: DeliveryFilter, request: PageRequest) {
  const { provider, webhook_id, outcome, event_type, flow_id } = filter;
  const before = request.cursor ? sql`and delivery_id < ${request.cursor}` : sql``;
  if (flow_id) {
    return sql`flow_id = any (array(
        select ${flow_id} union all select alias_flow_id from flow_aliases where flow_id = ${flow_id}
        union all select flow_id from flow_aliases where alias_flow_id = ${flow_id})) ${before}
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

export async function getDelivery(db: Database, id: string): Promise<Delivery | null> {
  if (!isId(id)) return null;
  const { sql } = db;
  const rows = await sql<Row[]>`
    select ${columns(sql)} from deliveries where delivery_id = ${id}`;
  const [delivery] = await inWords(db, rows);
  return delivery ?? null;
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

import type { Database, Sql } from "@/db/client.ts";
import type { Flow, FlowStatus } from "@/db/nouns/flow.ts";
import { type Page, page, type PageRequest } from "@/db/page.ts";
import { flowColumns, flowTables } from "@/db/flows/columns.ts";

export interface FlowFilter {
  provider?: string;
  status?: FlowStatus;
}

const CURSOR = /^(\d{1,17})-([0-9a-f]{1,64})$/;
export const isFlowCursor = (text: string): boolean => CURSOR.test(text);

/** The newest first. */
export async function listFlows(
  { sql }: Database,
  filter: FlowFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<Flow>> {
  const parts = cursor === undefined ? null : CURSOR.exec(cursor);
  if (cursor !== undefined && !parts) return { items: [], next_cursor: null };
  const before = parts
    ? sql`and (f.created_at, f.flow_id) < (to_timestamp(0) + ${parts[1]}::text::bigint *
        interval '1 microsecond', ${parts[2]})`
    : sql``;
  const rows = await sql<(Flow & { cursor: string })[]>`
    select ${flowColumns(sql)},
      (extract(epoch from f.created_at) * 1000000)::bigint || '-' || f.flow_id as cursor
    from (
      select f.* from flows f
      where ${fitting(sql, filter)} ${before}
        ${filter.provider ? sql`and f.provider = ${filter.provider}` : sql``}
      order by f.created_at desc, f.flow_id desc limit ${limit + 1}
    ) f ${flowTables(sql)}
    order by f.created_at desc, f.flow_id desc`;
  const { items, next_cursor } = page(rows, limit, (row) => row.cursor);
  return { items: items.map(({ cursor: _, ...flow }) => flow), next_cursor };
}

const active = (sql: Sql) =>
  sql`(
  select flow_id from tasks where status = 'queued' and flow_id is not null
  union select flow_id from tasks where status = 'running' and flow_id is not null)`;

const newestIs = (sql: Sql, status: "done" | "stopped") =>
  sql`(
  select w.flow_id from workflows w where w.status = ${status} and not exists (
    select from workflows o where o.flow_id = w.flow_id and o.workflow_id > w.workflow_id))`;

const openIs = (sql: Sql, status: "running" | "waiting" | "failed") =>
  sql`(select w.flow_id from workflows w where w.ended_at is null and w.status = ${status})`;

const openWorkflows = (sql: Sql) =>
  sql`(select w.flow_id from workflows w where w.ended_at is null)`;

/** Says of a status what `flowStatus` says of a row, so that an index can be asked. */
function fitting(sql: Sql, { status }: FlowFilter) {
  switch (status) {
    case undefined:
      return sql`true`;
    case "waiting":
      return sql`f.flow_id in ${openIs(sql, "waiting")}`;
    case "running":
      return sql`(f.flow_id in ${openIs(sql, "running")} or (f.flow_id in ${active(sql)}
        and f.flow_id not in ${openWorkflows(sql)}))`;
    case "stopped":
      return sql`(f.flow_id in ${openIs(sql, "failed")} or (f.flow_id in ${newestIs(sql, "stopped")}
        and f.flow_id not in ${active(sql)}))`;
    case "done":
      return sql`f.flow_id in ${newestIs(sql, "done")} and f.flow_id not in ${active(sql)}`;
    case "open":
      return sql`not exists (select from workflows w where w.flow_id = f.flow_id)
        and f.flow_id not in ${active(sql)}`;
  }
}

import type { Database } from "@/db/client.ts";
import { flowsByAge, flowsByWork } from "@/db/flows/chosen.ts";
import { flowColumns, flowTables } from "@/db/flows/columns.ts";
import { isId } from "@/db/ids.ts";
import type { Flow, FlowStatus } from "@/db/nouns/flow.ts";
import { type Page, page, type PageRequest } from "@/db/page.ts";

export interface FlowFilter {
  provider?: string;
  status?: FlowStatus;
}

const BY_AGE = /^(\d{1,17})-([0-9a-f]{1,64})$/;

/** Of either order. */
export const isFlowCursor = (text: string): boolean => BY_AGE.test(text) || isId(text);

/** The newest first; of those that are over, the ones with the newest work. */
export async function listFlows(
  { sql }: Database,
  { provider, status }: FlowFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<Flow>> {
  const request = { limit: limit + 1, provider };
  const is_over = status === "done" || status === "stopped";
  const parts = cursor === undefined ? null : BY_AGE.exec(cursor);
  if (cursor !== undefined && !(is_over ? isId(cursor) : parts)) {
    return { items: [], next_cursor: null };
  }
  const before = parts && { micros: parts[1], flow_id: parts[2] };
  const chosen = is_over
    ? flowsByWork(sql, { ...request, status, before: cursor })
    : flowsByAge(sql, { ...request, status, before });
  const rows = await sql<(Flow & { cursor: string })[]>`
    select ${flowColumns(sql)}, f.cursor from (${chosen}) f ${flowTables(sql)} order by f.n`;
  const { items, next_cursor } = page(rows, limit, (row) => row.cursor);
  return { items: items.map(({ cursor: _, ...flow }) => flow), next_cursor };
}

import type { Database, Sql } from "@/db/client.ts";
import { isId } from "@/db/ids.ts";
import { type Approval, approval, type ApprovalStatus } from "@/db/nouns/approval.ts";
import { type Page, page, type PageRequest } from "@/db/page.ts";

export type { Approval };

const read = (row: unknown): Approval => approval.parse(row);

export async function getApproval({ sql }: { sql: Sql }, id: string): Promise<Approval | null> {
  if (!isId(id)) return null;
  const [row] = await sql`select * from approvals where approval_id = ${id}`;
  return row ? read(row) : null;
}

/** The one of a flow that waits for an answer. */
export async function pendingApprovalOf(
  { sql }: { sql: Sql },
  flow_id: string,
): Promise<Approval | null> {
  const [row] = await sql`
    select * from approvals where flow_id = ${flow_id} and status = 'pending'
    order by approval_id desc limit 1`;
  return row ? read(row) : null;
}

export async function listApprovals(
  { sql }: Database,
  { status, flow_id }: { status?: ApprovalStatus; flow_id?: string },
  { limit, cursor }: PageRequest,
): Promise<Page<Approval>> {
  if (cursor && !isId(cursor)) return { items: [], next_cursor: null };
  const rows = await sql`
    select * from approvals
    where true ${status ? sql`and status = ${status}` : sql``}
      ${flow_id ? sql`and flow_id = ${flow_id}` : sql``}
      ${cursor ? sql`and approval_id < ${cursor}` : sql``}
    order by approval_id desc limit ${limit + 1}`;
  return page(rows.map(read), limit, ({ approval_id }) => approval_id);
}

export interface Vote {
  name: string;
  via: string;
  at: Date;
  /** What the executor is told; the first one alone may have it. */
  note: string | null;
}

/** Who said yes so far, where more than one has to. */
export async function votesOf({ sql }: { sql: Sql }, approval_id: string): Promise<Vote[]> {
  return await sql<Vote[]>`
    select name, via, at, note from approval_votes where approval_id = ${approval_id} order by at`;
}

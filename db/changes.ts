import type { Sql } from "@/db/client.ts";
import { type Change, change } from "@/db/nouns/change.ts";

export type { Change };

export const readChange = (row: unknown): Change => change.parse(row);

/** All of a workflow, the oldest first. */
export async function changesOf({ sql }: { sql: Sql }, workflow_id: string): Promise<Change[]> {
  const rows = await sql`
    select * from changes where workflow_id = ${workflow_id} order by change_id`;
  return rows.map(readChange);
}

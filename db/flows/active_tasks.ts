import type { Sql } from "@/db/client.ts";

/** Those that wait or run, the last first: one that is stopped lets none behind it begin. */
export async function activeTasksOf(tx: Sql, flow_id: string): Promise<string[]> {
  const rows = await tx<{ task_id: string }[]>`
    select task_id from tasks where flow_id = ${flow_id} and completed_at is null
    order by task_id desc limit 1000`;
  return rows.map(({ task_id }) => task_id);
}

import { notify } from "@/db/channels.ts";
import type { Database, Sql } from "@/db/client.ts";
import { isId } from "@/db/ids.ts";
import { type Task, taskColumns } from "@/db/tasks.ts";
import { readTask } from "@/db/tasks/read.ts";
import { afterEnd } from "@/db/tasks/after_end.ts";
import { transaction } from "@/db/transaction.ts";
import { holdWorkflowOf } from "@/db/workflows.ts";

export type StopAnswer =
  | { outcome: "cancelled" | "stopping" | "ended"; task: Task }
  | { outcome: "unknown" };

/** A queued task never runs; a running one is `stopping` until its process tree is gone. */
export async function stopTask(
  { sql }: { sql: Sql },
  task_id: string,
  by: string,
): Promise<StopAnswer> {
  if (!isId(task_id)) return { outcome: "unknown" };
  return await transaction(sql, async (tx): Promise<StopAnswer> => {
    await holdWorkflowOf(tx, task_id);
    const [task] = await tx<Task[]>`
      select ${taskColumns(tx)} from tasks where task_id = ${task_id} for update`;
    if (!task) return { outcome: "unknown" };
    if (task.completed_at) return { outcome: "ended", task: readTask(task) };
    const queued = task.status === "queued";
    const [after] = await tx<Task[]>`
      update tasks set stop_requested_at = coalesce(stop_requested_at, now()),
        stopped_by = coalesce(stopped_by, ${by}),
        status = case when status = 'queued' then 'cancelled' else status end,
        completed_at = case when status = 'queued' then now() end,
        error = case when status = 'queued' then 'Stopped by ' || ${by}::text || '.' end
      where task_id = ${task_id} returning ${taskColumns(tx)}`;
    if (queued) await afterEnd(tx, after);
    else await notify(tx, "signal", task_id);
    return { outcome: queued ? "cancelled" : "stopping", task: after };
  });
}

export async function stopsRequested({ sql }: Database, worker_id: string): Promise<string[]> {
  const rows = await sql<{ task_id: string }[]>`
    select task_id from tasks
    where worker_id = ${worker_id} and status = 'running' and stop_requested_at is not null`;
  return rows.map((row) => row.task_id);
}

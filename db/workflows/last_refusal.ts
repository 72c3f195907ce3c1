import type { Sql } from "@/db/client.ts";
import type { Task } from "@/db/nouns/task.ts";

/** Why the step that this task does again failed; null: nothing came before, or something else. */
export async function lastRefusal(
  { sql }: { sql: Sql },
  { workflow_id, task_id, step }: Pick<Task, "workflow_id" | "task_id" | "step">,
): Promise<string | null> {
  const [before] = await sql<Pick<Task, "step" | "status" | "error">[]>`
    select step, status, error from tasks
    where workflow_id = ${workflow_id} and task_id < ${task_id} order by task_id desc limit 1`;
  return before?.step === step && before.status === "failed" ? before.error : null;
}

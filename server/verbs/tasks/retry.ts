import type { Database } from "@/db/client.ts";
import type { Task } from "@/db/tasks.ts";
import { retryTask } from "@/db/tasks/create.ts";
import { conflict, unknown } from "@/server/errors.ts";

/**
 * The same request again, as a new task.
 * @throws HttpProblem 404 unknown task, 409 it has not ended
 */
export async function retry(
  db: Database,
  task_id: string,
  by: { name: string; trust_outside_text: boolean },
): Promise<Task> {
  const answer = await retryTask(db, task_id, by);
  if (answer.outcome === "unknown") throw unknown("task", task_id);
  if (answer.outcome === "not_ended") {
    throw conflict(`This task is ${answer.task.status}: only one that has ended can be retried.`);
  }
  return answer.task;
}

import { retryTask as retry } from "@/db/tasks/create.ts";
import { getTask } from "@/db/tasks.ts";
import { conflict, unknown } from "@/server/errors.ts";
import { verb } from "@/server/verbs/verb.ts";

export interface Retry {
  task_id: string;
  trust_outside_text: boolean;
}

/** The same request again, as a new task. Throws 404; 409 where it has not ended. */
export const retryTask = verb(
  "task.retry",
  "operator",
  async ({ deps, actor, commit }, { task_id, trust_outside_text }: Retry) => {
    const task = await getTask(deps.db, task_id);
    if (task?.workflow_id) {
      throw conflict(
        `This task is the step ${task.step} of a flow's work: try the flow's step again instead, ` +
          `by POST /api/flows/${task.flow_id}/retry or on its page.`,
      );
    }
    return await commit(async (tx) => {
      const by = { name: actor.name, trust_outside_text };
      const answer = await retry({ sql: tx }, task_id, by);
      if (answer.outcome === "unknown") throw unknown("task", task_id);
      if (answer.outcome === "not_ended") {
        const { status } = answer.task;
        throw conflict(`This task is ${status}: only one that has ended can be retried.`);
      }
      const detail = { new_task_id: answer.task.task_id };
      return { subject: task_id, detail, value: answer.task };
    });
  },
);

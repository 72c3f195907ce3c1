import { sendInput as send } from "@/db/task_inputs.ts";
import { getTask } from "@/db/tasks.ts";
import { conflict, unknown } from "@/server/errors.ts";
import { saidText } from "@/server/verbs/text.ts";
import { verb } from "@/server/verbs/verb.ts";

export interface TaskInput {
  task_id: string;
  message: string;
}

/** Says something to the running CLI. Throws 404, 422; 409 where it does not run. */
export const sendInput = verb(
  "task.input",
  "operator",
  async ({ deps, actor, commit }, input: TaskInput): Promise<void> => {
    const { task_id } = input;
    const task = await getTask(deps.db, task_id);
    if (!task) throw unknown("task", task_id);
    if (task.workflow_id) {
      throw conflict(
        `This task is the step ${task.step} of a flow's work: what it does was approved as it is. ` +
          "Stop it, or send the plan back.",
      );
    }
    const message = saidText("message", input.message);
    await commit(async (tx) => {
      const answer = await send({ sql: tx }, task_id, message, actor.name);
      if (answer === "unknown") throw unknown("task", task_id);
      if (answer === "not_running") {
        throw conflict("This task is not running: nobody is listening.");
      }
      return { subject: task_id, value: undefined };
    });
  },
);

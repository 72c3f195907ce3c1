import { hasEnded } from "@/db/nouns/task.ts";
import type { Task } from "@/db/tasks.ts";
import { stopTask as stop } from "@/db/tasks/stop.ts";
import { conflict, unknown } from "@/server/errors.ts";
import { verb } from "@/server/verbs/verb.ts";

/** Asks for a stop and waits up to `wait_ms` for the end. Throws 404; 409 where it has ended. */
export const stopTask = verb(
  "task.stop",
  "operator",
  async (
    { deps, actor, commit },
    { task_id, wait_ms }: { task_id: string; wait_ms: number },
  ): Promise<Task> => {
    const stopping = await commit(async (tx) => {
      const answer = await stop({ sql: tx }, task_id, actor.name);
      if (answer.outcome === "unknown") throw unknown("task", task_id);
      if (answer.outcome === "ended") {
        throw conflict(`This task has ended already: it is ${answer.task.status}.`);
      }
      return { subject: task_id, value: answer.task };
    });
    if (hasEnded(stopping.status) || wait_ms === 0) return stopping;
    return await deps.live.whenEnded(task_id, wait_ms) ?? stopping;
  },
);

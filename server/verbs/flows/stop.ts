import type { Sql } from "@/db/client.ts";
import { activeTasksOf } from "@/db/flows/active_tasks.ts";
import type { Flow } from "@/db/nouns/flow.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { openWorkflowOf } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import { conflict } from "@/server/errors.ts";
import { findFlow } from "@/server/verbs/flows/find.ts";
import { verb } from "@/server/verbs/verb.ts";

/**
 * Stops its tasks and gives its work up: at once, or as soon as a step that runs has ended. Throws
 * 404; 409 where nothing is under way.
 */
export const stopFlow = verb(
  "flow.stop",
  "operator",
  ({ actor, commit }, { flow_id: id }: { flow_id: string }): Promise<Flow> =>
    commit(async (tx) => {
      const { flow_id } = await findFlow({ sql: tx }, id);
      const tasks = await activeTasksOf(tx, flow_id);
      for (const task_id of tasks) await stopTask({ sql: tx }, task_id, actor.name);
      const refused = await giveUp(tx, flow_id, actor.name);
      if (tasks.length === 0 && refused !== null) throw conflict(refused);
      return {
        subject: flow_id,
        detail: { tasks, given_up: refused === null },
        value: await findFlow({ sql: tx }, flow_id),
      };
    }),
);

/** Why it could not be, or null. */
async function giveUp(tx: Sql, flow_id: string, by: string): Promise<string | null> {
  const workflow = await openWorkflowOf({ sql: tx }, flow_id);
  const advanced = workflow && await advance(tx, workflow.workflow_id, { kind: "give_up", by });
  if (!advanced) return "Nothing of this flow is under way.";
  if (advanced.outcome.do !== "nothing") return null;
  return `This flow cannot be given up now: ${advanced.outcome.why}.`;
}

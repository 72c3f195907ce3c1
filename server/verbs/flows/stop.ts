import type { Sql } from "@/db/client.ts";
import { activeTasksOf } from "@/db/flows/active_tasks.ts";
import type { Flow } from "@/db/nouns/flow.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { openWorkflowOf } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import { conflict } from "@/server/errors.ts";
import { findFlow } from "@/server/verbs/flows/find.ts";
import { verb } from "@/server/verbs/verb.ts";

interface Stopping {
  flow_id: string;
  /** What somebody saw who stops it: a task that ran, or work that waits; null: either. */
  meant?: "task" | "work" | null;
}

const ONLY_STOPPED = "Only what ran was to be stopped.";

/**
 * Stops its tasks and, unless only those are meant, gives its work up: at once, or as soon as a step
 * that runs has ended. Throws 404; 409 where nothing is under way, or something else than was meant.
 */
export const stopFlow = verb(
  "flow.stop",
  "operator",
  ({ actor, commit }, { flow_id: id, meant = null }: Stopping): Promise<Flow> =>
    commit(async (tx) => {
      const { flow_id } = await findFlow({ sql: tx }, id);
      const tasks = await activeTasksOf(tx, flow_id);
      refuseOther(meant, tasks);
      for (const task_id of tasks) await stopTask({ sql: tx }, task_id, actor.name);
      const refused = meant === "task" ? ONLY_STOPPED : await giveUp(tx, flow_id, actor.name);
      if (tasks.length === 0 && refused !== null) throw conflict(refused);
      return {
        subject: flow_id,
        detail: { tasks, given_up: refused === null },
        value: await findFlow({ sql: tx }, flow_id),
      };
    }),
);

/** A page may be older than what runs: whoever stops a task has not given the work up. */
function refuseOther(meant: Stopping["meant"], tasks: string[]): void {
  if (meant === "task" && tasks.length === 0) {
    throw conflict("What ran has ended meanwhile. Nothing was stopped, and nothing given up.");
  }
  if (meant === "work" && tasks.length > 0) {
    throw conflict("A step runs by now. Nothing was given up: stop it first.");
  }
}

/** Why it could not be, or null. */
async function giveUp(tx: Sql, flow_id: string, by: string): Promise<string | null> {
  const workflow = await openWorkflowOf({ sql: tx }, flow_id);
  const advanced = workflow && await advance(tx, workflow.workflow_id, { kind: "give_up", by });
  if (!advanced) return "Nothing of this flow is under way.";
  if (advanced.outcome.do !== "nothing") return null;
  return `This flow cannot be given up now: ${advanced.outcome.why}.`;
}

import type { Committed } from "@/db/workflows/request_change.ts";
import type { Sql } from "@/db/client.ts";
import { STEP_RESULTS } from "@/db/nouns/step_results.ts";
import type { Task } from "@/db/nouns/task.ts";
import { advance } from "@/db/workflows/advance.ts";
import type { WorkflowEvent } from "@/db/workflows/next_step.ts";

/** What follows from a step's end, in the transaction that ended it. */
export async function afterStep(tx: Sql, task: Task, committed: Committed | null): Promise<void> {
  if (task.workflow_id === null || task.step === null) return;
  await advance(tx, task.workflow_id, eventOf(task, committed), committed);
}

/** A step that the CLI completed has failed all the same where its result is none. */
function eventOf(task: Task, committed: Committed | null): WorkflowEvent {
  const step = task.step!;
  if (task.status !== "completed") {
    const status = task.status === "cancelled" ? "cancelled" : "failed";
    return { kind: "step_ended", step, status, error: task.error ?? "no reason was recorded" };
  }
  const read = STEP_RESULTS[step].safeParse(task.result);
  if (!read.success) {
    const error = "Its structured result is not there, or cannot be read.";
    return { kind: "step_ended", step, status: "failed", error };
  }
  if (step === "executor") return { kind: "committed", commit: committed?.commit ?? null };
  return { kind: "step_ended", step, status: "completed", result: read.data };
}

import type { Sql } from "@/db/client.ts";
import { STEP_RESULTS } from "@/db/nouns/step_results.ts";
import type { Task } from "@/db/nouns/task.ts";
import { advanceOrFail } from "@/db/workflows/advance_or_fail.ts";
import type { WorkflowEvent } from "@/db/workflows/workflow_event.ts";
import type { Brought } from "@/db/workflows/note_event.ts";
import { plainPlan } from "@/db/workflows/plain_text.ts";

/** What a step leaves beside its result. */
export interface Left extends Brought {
  /** Why what was approved is not what the step would have worked on. */
  voided?: string | null;
}

/** What follows from a step's end, in the transaction that ended it. */
export async function afterStep(tx: Sql, task: Task, left: Left): Promise<void> {
  if (task.workflow_id === null || task.step === null) return;
  await advanceOrFail(tx, task.workflow_id, eventOf(task, left), left);
}

/** A step that the CLI completed has failed all the same where its result is none. */
function eventOf(task: Task, { committed, voided }: Left): WorkflowEvent {
  const step = task.step!;
  if (voided && task.status === "failed") return { kind: "voided", why: voided };
  if (task.status !== "completed") {
    const status = task.status === "cancelled" ? "cancelled" : "failed";
    return { kind: "step_ended", step, status, error: task.error ?? "no reason was recorded" };
  }
  const result = resultOf(task);
  if (result === null) {
    const error = "Its structured result is not there, or cannot be read.";
    return { kind: "step_ended", step, status: "failed", error };
  }
  if (step === "executor") return { kind: "committed", commit: committed?.commit ?? null };
  return { kind: "step_ended", step, status: "completed", result };
}

/** A plan as everybody sees it: neither a person nor the executor gets more. */
function resultOf({ step, result }: Task): unknown {
  const read = STEP_RESULTS[step!].safeParse(result);
  if (!read.success) return null;
  return "files_affected" in read.data ? plainPlan(read.data) : read.data;
}

import { getLogger } from "@logtape/logtape";
import { type Database, isConnectionError } from "@/db/client.ts";
import type { Task } from "@/db/tasks.ts";
import { type Claim, type Ending, finishTask } from "@/db/tasks/run.ts";
import { persist } from "@/workers/persist.ts";

const log = getLogger(["agent", "run_task"]);

/** An end that Postgres refuses becomes a failure: repeated, it would cost money for ever. */
export async function finishOrFail(
  db: Database,
  claim: Claim,
  ending: Ending,
  patience: AbortSignal,
): Promise<Task | null> {
  try {
    return await persist(() => finishTask(db, claim, ending), patience);
  } catch (error) {
    if (isConnectionError(error)) throw error;
    log.error("task {task_id}: its end was refused: {error}", { task_id: claim.task_id, error });
    return await persist(() => finishTask(db, claim, refusedEnding(ending, error)), patience);
  }
}

function refusedEnding({ usage }: Ending, error: unknown): Ending {
  const why = error instanceof Error ? error.message : String(error);
  return {
    status: "failed",
    output: null,
    error: `The run ended, but what it said could not be stored: ${why}`,
    usage,
  };
}

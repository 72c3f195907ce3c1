import { isConnectionError } from "@/db/client.ts";
import { pauseFor } from "@/db/process/pause.ts";

export { pauseFor };

const LONGEST_PAUSE_MS = 1000;
const NEVER = new AbortController().signal;

/** A connection that breaks as we end is no reason to lose what was written. */
const LAST_PATIENCE_MS = 2000;

/** Repeats a statement while Postgres is away: a restart must not cost a running task anything. */
export async function persist<Result>(
  statement: () => Promise<Result>,
  ending: AbortSignal,
): Promise<Result> {
  let ended_at: number | null = null;
  for (let pause = 50;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await statement();
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      if (ending.aborted) ended_at ??= performance.now();
      if (ended_at !== null && performance.now() - ended_at > LAST_PATIENCE_MS) throw error;
      await pauseFor(pause, ended_at === null ? ending : NEVER);
    }
  }
}

import { isConnectionError } from "@/db/client.ts";
import { pauseFor } from "@/db/process/pause.ts";

export { pauseFor };

const LONGEST_PAUSE_MS = 1000;

/**
 * Repeats a statement while Postgres is away, until it answers or `ending` fires: a restart of
 * Postgres must not cost a running task anything. Other errors are thrown as they are.
 */
export async function persist<Result>(
  statement: () => Promise<Result>,
  ending: AbortSignal,
): Promise<Result> {
  for (let pause = 50;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await statement();
    } catch (error) {
      if (!isConnectionError(error) || ending.aborted) throw error;
      await pauseFor(pause, ending);
    }
  }
}

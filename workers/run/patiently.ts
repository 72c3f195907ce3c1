import { pauseFor } from "@/db/process/pause.ts";
import { RepositoryError } from "@/workers/workspace.ts";

const PAUSES_MS = [2_000, 10_000, 30_000];

/**
 * Does it again where it failed by what may pass (a time-out, a full disk), until `ending`: the run
 * whose files it is about has been paid for. Throws what it threw last.
 */
export async function patiently<Value>(
  work: () => Promise<Value>,
  ending: AbortSignal,
  pauses_ms = PAUSES_MS,
): Promise<Value> {
  for (const pause_ms of pauses_ms) {
    try {
      return await work();
    } catch (error) {
      const may_pass = error instanceof RepositoryError && !error.permanent;
      if (!may_pass || ending.aborted) throw error;
      await pauseFor(pause_ms, ending);
    }
  }
  return await work();
}

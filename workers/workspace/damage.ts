import type { GitRun } from "@/workers/repository/git.ts";
import { refusal, type RepositoryError } from "@/workers/repository/refusal.ts";
import { rebuildBare, recover, removeStaleLocks } from "@/workers/workspace/bare.ts";
import type { Places } from "@/workers/workspace/places.ts";

const OUTSIDE =
  /unable to access|could not read (Username|Password)|RPC failed|remote error|No space left|size limit|signal 25|did not send/i;
const STALE = /\.lock': File exists|cannot lock ref|could not lock config|could not write config/;
const DAMAGED =
  /corrupt|not a git repository|bad (object|tree|config|signature|pack|ref)|invalid (sha1|object)|loose object|missing (blob|tree|object|commit|necessary)|(could not|cannot|unable to|failed to) (read|find|parse|get|unpack|map) |packfile|garbage|does not (match|point)|Needed a single revision|'origin' does not appear|inflate|object directory/i;

/** The message for people does not tell what git said. */
const stderrOf = new WeakMap<Error, string>();

export function rememberingRefusals(run: GitRun): GitRun {
  const refused = (stderr: string): RepositoryError => {
    const error = refusal(run.url, stderr, run.secrets);
    stderrOf.set(error, stderr);
    return error;
  };
  return { ...run, words: { doing: `Fetching ${run.url.href}`, stage: "fetch", refused } };
}

export function damageIn(stderr: string): "none" | "stale" | "damaged" {
  if (OUTSIDE.test(stderr)) return "none";
  if (STALE.test(stderr)) return "stale";
  return DAMAGED.test(stderr) ? "damaged" : "none";
}

/** Once more after a repair, where what is kept here seems to be broken. Under the lock. */
export async function repairing<Value>(
  run: GitRun,
  places: Places,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const damage = damageIn(error instanceof Error ? stderrOf.get(error) ?? "" : "");
    if (damage === "none" || run.signal.aborted) throw error;
    await (damage === "stale" ? removeStaleLocks(places.bare) : rebuildBare(run, places));
    const done = await work();
    await recover(run, places);
    return done;
  }
}

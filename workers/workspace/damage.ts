import type { GitRun } from "@/workers/repository/git.ts";
import { refusal, type RepositoryError } from "@/workers/repository/refusal.ts";
import { forgetRefs, rebuildBare, removeStaleLocks } from "@/workers/workspace/bare.ts";
import type { Places } from "@/workers/workspace/places.ts";

const OUTSIDE =
  /unable to access|could not read (Username|Password)|RPC failed|remote error|No space left|size limit|signal 25/i;
const STALE = /\.lock': File exists|cannot lock ref|could not lock config|could not write config/;
const IN_THE_WAY = /exists; cannot create/;
const DAMAGED =
  /corrupt|not a git repository|bad (object|tree|config|signature|pack|ref)|invalid (sha1|object)|loose object|missing (blob|tree|object|commit|necessary)|(could not|cannot|unable to|failed to) (read|find|parse|get|unpack|map) |packfile|garbage|does not (match|point)|Needed a single revision|'origin' does not appear|inflate|object directory|did not send all|transport 'file' not allowed/i;

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

export function damageIn(stderr: string): "none" | "in the way" | "stale" | "damaged" {
  if (OUTSIDE.test(stderr)) return "none";
  if (IN_THE_WAY.test(stderr)) return "in the way";
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
    if (damage === "damaged") await rebuildBare(run, places);
    else await removeStaleLocks(places.bare);
    if (damage === "in the way") await forgetRefs(places.bare);
    return await work();
  }
}

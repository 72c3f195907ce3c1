import { RepositoryError } from "@/workers/repository/refusal.ts";
import { inBare } from "@/workers/workspace/bare.ts";
import { locked } from "@/workers/workspace/lock.ts";
import type { Places } from "@/workers/workspace/places.ts";
import type { PushAccess } from "@/workers/workspace/push.ts";
import { runOf } from "@/workers/workspace.ts";

const TIMEOUT_SECONDS = 300;
const QUIET = ["--quiet", "--no-tags", "--no-write-fetch-head"];

/** A commit that only the host has, into the repository of this machine. Throws RepositoryError. */
export async function fetchCommit(
  places: Places,
  access: PushAccess,
  commit: string,
): Promise<void> {
  const run = { ...runOf({ timeout_seconds: TIMEOUT_SECONDS, ...access }), dest: places.bare };
  try {
    await locked(places, () => inBare(run, ["fetch", ...QUIET, "origin", commit]), run.signal);
  } catch (error) {
    // a host may show a new commit a little later than it made it
    if (!(error instanceof RepositoryError)) throw error;
    throw new RepositoryError(error.message, "push", false);
  }
}

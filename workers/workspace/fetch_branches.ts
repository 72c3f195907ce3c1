import { inBare, makeBare } from "@/workers/workspace/bare.ts";
import { repairing } from "@/workers/workspace/damage.ts";
import { fetchWanted } from "@/workers/workspace/fetch.ts";
import { locked } from "@/workers/workspace/lock.ts";
import { placesOf } from "@/workers/workspace/places.ts";
import type { PushAccess } from "@/workers/workspace/push.ts";
import { headRef, keptRef } from "@/workers/workspace/refs.ts";
import { runOf } from "@/workers/workspace.ts";

const TIMEOUT_SECONDS = 300;

export interface FetchedBranches {
  head: string;
  base_head: string;
}

interface WantedBranches {
  data_dir: string;
  branch: string;
  base_branch: string;
  /** Of ours, which has to be here too. */
  commit: string;
}

/** Where our branch and its base are at the host; null: one of them is not there any more. */
export async function fetchBranches(
  access: PushAccess,
  { data_dir, branch, base_branch, commit }: WantedBranches,
): Promise<FetchedBranches | null> {
  const run = runOf({ timeout_seconds: TIMEOUT_SECONDS, ...access });
  const places = placesOf(data_dir, run.url);
  const here = { ...run, dest: places.bare };
  return await locked(places, () =>
    repairing(here, places, async () => {
      await makeBare(here, places);
      const wanted = { ref: headRef(base_branch), branch, base: base_branch };
      const fetched = await fetchWanted(here, wanted);
      if (fetched.ref !== branch || fetched.base_branch !== base_branch) return null;
      await fetchWanted(here, { ...wanted, commit });
      const kept = keptRef(headRef(base_branch));
      const base_head = (await inBare(here, ["rev-parse", "--verify", kept])).trim();
      return { head: fetched.head, base_head };
    }), run.signal);
}

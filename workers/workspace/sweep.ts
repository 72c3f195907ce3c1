import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { removeTree } from "@/workers/claude/folders.ts";
import { exists, inBare } from "@/workers/workspace/bare.ts";
import { localGit } from "@/workers/workspace/local_git.ts";
import { locked } from "@/workers/workspace/lock.ts";
import { forgetCommit } from "@/workers/workspace/make_commit.ts";
import { ownRefs } from "@/workers/workspace/own_refs.ts";
import {
  allPlaces,
  metadataOf,
  type Places,
  takenWorktrees,
  USED,
} from "@/workers/workspace/places.ts";
import { runOf } from "@/workers/workspace.ts";
import { filesOf } from "@/workers/workspace/worktree.ts";

const log = getLogger(["agent", "workspace"]);

const UNUSED_MS = 30 * 24 * 3600_000;
const GC_SECONDS = 900;
/** Loose objects, packs: beyond them git packs anew. */
const GC_AT = ["-c", "gc.auto=4000", "-c", "gc.autoPackLimit=30", "-c", "gc.autoDetach=false"];

/** Of these tasks, those whose work has ended: their commits are wanted no more. */
export type EndedOf = (task_ids: string[]) => Promise<string[]>;

/**
 * Worktrees whose files are gone go, and commits that nobody pushes any more; a repository without
 * any is packed, or removed when unused.
 */
export async function sweepWorkspaces(
  data_dir: string,
  now: number,
  signal?: AbortSignal,
  endedOf: EndedOf = () => Promise.resolve([]),
): Promise<void> {
  for (const places of allPlaces(data_dir)) {
    try {
      await locked(places, () => sweep(places, now, endedOf, signal), signal);
    } catch (error) {
      if (signal?.aborted) return;
      log.warn("{bare} is not tidied: {error}", { bare: places.bare, error });
    }
  }
}

async function sweep(
  places: Places,
  now: number,
  endedOf: EndedOf,
  signal?: AbortSignal,
): Promise<void> {
  const { bare, lock, spare } = places;
  for (const id of takenWorktrees(bare)) {
    const git_dir = metadataOf(bare, id);
    const files = await filesOf(git_dir);
    if (!files || !await exists(files)) await removeTree(git_dir);
  }
  const waits = await forgetEnded(bare, endedOf);
  if (takenWorktrees(bare).length > 0) return;
  const used = (await Deno.stat(join(bare, USED)).catch(() => Deno.stat(bare))).mtime!.getTime();
  if (waits || now - used < UNUSED_MS) return await pack(bare, signal);
  for (const path of [bare, `${bare}.damaged`, spare, `${spare}-making`]) await removeTree(path);
  log.info("removed {lock}: nobody used it", { lock });
}

/** Whether commits are left that somebody may still push. */
async function forgetEnded(bare: string, endedOf: EndedOf): Promise<boolean> {
  const kept = [...(await ownRefs(bare)).keys()];
  if (kept.length === 0) return false;
  const ended = await endedOf(kept);
  const git = localGit({ git_dir: bare, stage: "commit", doing: "Tidying" });
  for (const task_id of ended) await forgetCommit(git, { task_id });
  return ended.length < kept.length;
}

/** While a worktree lives, what it alone refers to could go. */
async function pack(bare: string, signal?: AbortSignal): Promise<void> {
  const run = runOf({
    url: "https://localhost/", // nothing is fetched
    token: null,
    timeout_seconds: GC_SECONDS,
    run_id: "pack",
    signal,
  });
  await inBare({ ...run, dest: bare }, [...GC_AT, "gc", "--auto", "--quiet"]);
}

import { dirname, join } from "node:path";
import { z } from "zod";
import { removeTree } from "@/workers/claude/folders.ts";
import type { GitRun } from "@/workers/repository/git.ts";
import { type Contents, contents } from "@/workers/workspace/contents.ts";
import { metadataOf, type Places, SPARE } from "@/workers/workspace/places.ts";
import { describe, moveOn, removeWorktree, type Worktree } from "@/workers/workspace/worktree.ts";

/** A checkout that waits; files without a write bit, in folders with one. */
const spare = z.object({ head: z.string().regex(/^[0-9a-f]{40,64}$/), contents });

export type Spare = z.infer<typeof spare>;

const READY = "ready";

/** Null: none waits. */
export async function findSpare({ bare }: Places): Promise<Spare | null> {
  const said = await Deno.readTextFile(join(metadataOf(bare, SPARE), READY)).catch(() => "null");
  try {
    return spare.parse(JSON.parse(said));
  } catch {
    return null;
  }
}

/** Returns false where it cannot be taken, as onto another disk. Under the lock. */
export async function takeSpare(
  run: GitRun,
  places: Places,
  { head: had }: Spare,
  worktree: Worktree,
  head: string,
): Promise<boolean> {
  const waiting = metadataOf(places.bare, SPARE);
  await removeWorktree(worktree);
  try {
    await Deno.mkdir(dirname(worktree.files), { recursive: true });
    await removeTree(join(waiting, READY));
    await Deno.rename(waiting, worktree.git_dir);
    await Deno.rename(places.spare, worktree.files);
    await describe(worktree, had);
    await moveOn(run, worktree, had, head);
    return true;
  } catch (error) {
    await removeWorktree(worktree);
    if (run.signal.aborted) throw error;
    return false;
  }
}

/** Under the lock. */
export async function offerSpare(
  made: Worktree,
  places: Places,
  head: string,
  contents: Contents,
): Promise<void> {
  const git_dir = metadataOf(places.bare, SPARE);
  const waiting = { git_dir, files: places.spare };
  await removeWorktree(waiting);
  await Deno.rename(made.git_dir, git_dir);
  await Deno.rename(made.files, places.spare);
  await describe(waiting, head);
  await Deno.writeTextFile(join(git_dir, READY), JSON.stringify({ head, contents }));
}

import { z } from "zod";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import type { GitRun } from "@/workers/repository/git.ts";
import { readBlobs } from "@/workers/workspace/blobs.ts";
import { hasMarkers } from "@/workers/workspace/content_problems.ts";
import { type LocalGit, localGit } from "@/workers/workspace/local_git.ts";
import { mergeTrees } from "@/workers/workspace/merge_trees.ts";
import { keptRef } from "@/workers/workspace/refs.ts";
import { firstFew, safeText } from "@/workers/workspace/safe_text.ts";
import { readTree } from "@/workers/workspace/tree.ts";
import { inWorktree, type Worktree } from "@/workers/workspace/worktree.ts";

/** A merge that a run has to finish: what it leaves gets the base for a second parent. */
export const merging = z.object({
  base_commit: z.string(),
  /** What it was given, with both sides between markers. */
  tree: z.string(),
  files: z.array(z.string()),
});
export type Merging = z.infer<typeof merging>;

const MOST_NAMED = 10;

/** Writes the base's side into the files where it contradicts the head; null: it does not. */
export async function beginMerge(
  run: GitRun,
  worktree: Worktree,
  head: string,
  base_branch: string,
): Promise<Merging | null> {
  const { git_dir } = worktree;
  const git = localGit({ git_dir, stage: "fetch", doing: "Merging the base" });
  const name = `${keptRef(`refs/heads/${base_branch}`)}^{commit}`;
  const base_commit = (await git(["rev-parse", "--verify", "--end-of-options", name])).trim();
  const merge = await mergeTrees(git, head, base_commit);
  if (merge.kind !== "conflicts") return null;
  const { tree, files } = merge;
  await inWorktree(run, worktree, ["read-tree", "-m", "-u", head, tree]);
  return { base_commit, tree, files };
}

/** Throws RepositoryError where files still hold both sides. */
export async function refuseUnresolved(
  git: LocalGit,
  commit: string,
  { files }: Merging,
): Promise<void> {
  const tree = await readTree(git, commit);
  const there = files.flatMap((path) => {
    const entry = tree.get(path);
    return entry ? [{ path, id: entry.id, bytes: entry.bytes }] : [];
  });
  const left: string[] = [];
  let at = 0;
  for await (const contents of readBlobs(git, there)) {
    if (hasMarkers(contents)) left.push(safeText(there[at].path));
    at++;
  }
  if (left.length === 0) return;
  const named = firstFew(left, MOST_NAMED).join(", ");
  throw new RepositoryError(`The merge with the base is not resolved in ${named}`, "check");
}

import type { Worktree } from "@/workers/workspace/commit.ts";
import { localGit } from "@/workers/workspace/local_git.ts";
import {
  type CommitRequest,
  type MadeCommit,
  makeCommit,
} from "@/workers/workspace/make_commit.ts";
import { mergeTrees } from "@/workers/workspace/merge_trees.ts";

export type Merge =
  | ({ kind: "merged" } & MadeCommit)
  /** The branch has all of the base already. */
  | { kind: "up_to_date" }
  | { kind: "conflicts"; files: string[] };

interface MergeOptions extends CommitRequest {
  /** Of our branch; the base's commit is in the same repository. */
  commit: string;
  base_commit: string;
  signal?: AbortSignal;
}

/** Brings a moved base into the branch by a merge of the trees, on no disk. Throws RepositoryError. */
export async function mergeBase(
  { git_dir }: Pick<Worktree, "git_dir">,
  options: MergeOptions,
): Promise<Merge> {
  const { commit, base_commit, signal } = options;
  const git = localGit({ git_dir, stage: "commit", doing: "Merging the base", signal });
  const merge = await mergeTrees(git, commit, base_commit);
  if (merge.kind === "conflicts") return { kind: "conflicts", files: merge.files };
  if (merge.kind === "up_to_date") return merge;
  const content = { tree: merge.tree, parents: [commit, base_commit] };
  const made = await makeCommit(git, git_dir, content, options);
  return { kind: "merged", commit: made.commit, signed: made.signed };
}

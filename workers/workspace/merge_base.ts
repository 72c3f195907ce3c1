import { RepositoryError } from "@/workers/repository/refusal.ts";
import type { Worktree } from "@/workers/workspace/commit.ts";
import { localGit } from "@/workers/workspace/local_git.ts";
import {
  type CommitRequest,
  type MadeCommit,
  makeCommit,
} from "@/workers/workspace/make_commit.ts";

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
  const known = await git.ask(["merge-base", "--is-ancestor", base_commit, commit]);
  if (known.code === 0) return { kind: "up_to_date" };
  const merge = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"];
  const { code, stdout, stderr } = await git.ask([...merge, commit, base_commit]);
  const [tree, ...files] = stdout.split("\0").filter(Boolean);
  if (!tree || code > 1) {
    throw new RepositoryError(
      `The base could not be merged: ${stderr.trim().slice(0, 300)}`,
      "commit",
    );
  }
  if (code === 1) return { kind: "conflicts", files };
  const made = await makeCommit(git, git_dir, { tree, parents: [commit, base_commit] }, options);
  return { kind: "merged", commit: made.commit, signed: made.signed };
}

import { RepositoryError } from "@/workers/repository/refusal.ts";
import type { LocalGit } from "@/workers/workspace/local_git.ts";

export type MergedTrees =
  /** The commit has all of the other one already. */
  | { kind: "up_to_date" }
  | { kind: "clean"; tree: string }
  /** In the tree these files hold both sides between markers. */
  | { kind: "conflicts"; tree: string; files: string[] };

/** What a merge of two commits would hold, on no disk. Throws RepositoryError. */
export async function mergeTrees(
  git: LocalGit,
  commit: string,
  other: string,
): Promise<MergedTrees> {
  const known = await git.ask(["merge-base", "--is-ancestor", other, commit]);
  if (known.code === 0) return { kind: "up_to_date" };
  const merge = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"];
  const { code, stdout, stderr } = await git.ask([...merge, commit, other]);
  const [tree, ...files] = stdout.split("\0").filter(Boolean);
  if (!tree || code > 1) {
    const why = stderr.trim().slice(0, 300);
    throw new RepositoryError(`The base could not be merged: ${why}`, "commit");
  }
  return code === 0 ? { kind: "clean", tree } : { kind: "conflicts", tree, files };
}

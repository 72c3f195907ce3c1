import { setTimeout as pause } from "node:timers/promises";
import { pullRequestOf } from "@/db/pull_requests.ts";
import { type At, placeOf } from "@/workers/send_change/host.ts";
import { RepositoryError } from "@/workers/workspace.ts";
import { fetchBranches, type FetchedBranches } from "@/workers/workspace/fetch_branches.ts";
import { type LocalGit, localGit } from "@/workers/workspace/local_git.ts";
import { mergeBase } from "@/workers/workspace/merge_base.ts";
import { type MergedTrees, mergeTrees } from "@/workers/workspace/merge_trees.ts";
import { placesOf } from "@/workers/workspace/places.ts";
import { type PushAccess, pushCommit, remoteHead } from "@/workers/workspace/push.ts";
import { readCommit } from "@/workers/workspace/tree.ts";

export type Base =
  | { kind: "up_to_date" }
  | { kind: "merged"; commit: string; is_signed: boolean }
  | { kind: "conflicts"; files: string[] };

interface Moved {
  access: PushAccess;
  git: LocalGit;
  bare: string;
  branches: FetchedBranches;
  merge: MergedTrees;
}

const LOOKS = 10;
const BETWEEN_LOOKS_MS = 1000;

/** Files in which the base, as it is now, contradicts what is proposed. */
export async function conflictsWithBase(at: At): Promise<string[]> {
  const moved = await lookAtBase(at, at.workflow.head_commit, await at.host.reading());
  return moved?.merge.kind === "conflicts" ? moved.merge.files : [];
}

/** Merges a base that moved into the branch, once; what an earlier try merged is found again. */
export async function bringUpToDate(at: At): Promise<Base> {
  const { commit } = at.change;
  const access = await at.host.access(at.change.files.map(({ path }) => path));
  const moved = await lookAtBase(at, commit, access);
  if (!moved || commit === null) return { kind: "up_to_date" };
  const { git, branches, merge } = moved;
  const found = branches.head === commit ? null : await mergeOf(git, commit, branches.head);
  if (found) return found;
  // Somebody else has pushed: what they made is theirs to bring up to date.
  if (branches.head !== commit || merge.kind === "up_to_date") return { kind: "up_to_date" };
  if (merge.kind === "conflicts") return { kind: "conflicts", files: merge.files };
  return await mergeByHost(at, moved, commit) ?? await mergeHere(at, moved, commit);
}

/** Null: there is nothing that could be merged. */
async function lookAtBase(
  at: At,
  commit: string | null,
  access: PushAccess,
): Promise<Moved | null> {
  const { worker, host, workflow: { branch, base_branch } } = at;
  if (commit === null || branch === null || base_branch === null) return null;
  const { bare } = placesOf(worker.data_dir, host.url);
  const wanted = { data_dir: worker.data_dir, branch, base_branch, commit };
  const branches = await fetchBranches(access, wanted);
  if (!branches) return null;
  const git = localGit({ git_dir: bare, stage: "commit", doing: "Merging the base" });
  const merge = await mergeTrees(git, commit, branches.base_head);
  return { access, git, bare, branches, merge };
}

/** Whether the head is what a merge of something into our commit gives, and nothing more. */
async function mergeOf(git: LocalGit, commit: string, head: string): Promise<Base | null> {
  const { parents, tree, signed } = await readCommit(git, head);
  if (parents.length !== 2 || parents[0] !== commit) return null;
  const merge = await mergeTrees(git, commit, parents[1]);
  const is_same = merge.kind === "clean" && merge.tree === tree;
  return is_same ? { kind: "merged", commit: head, is_signed: signed } : null;
}

/** Where only the host can sign. Null: it is merged here. */
async function mergeByHost(
  at: At,
  { access, branches }: Moved,
  commit: string,
): Promise<Base | null> {
  const { worker, host, change: { is_signed }, workflow: { branch, workflow_id } } = at;
  const signs = host.connection.app && is_signed && worker.committer.signing_key === null;
  const known = signs ? await pullRequestOf(worker.db, workflow_id) : null;
  if (!known || !host.pull_requests?.updateBranch) return null;
  await host.pull_requests.updateBranch(placeOf(host), known.number, commit);
  for (let look = 0; look < LOOKS; look++) {
    const head = await remoteHead(access, branch!);
    if (head !== commit) return await bringUpToDate(at);
    await pause(BETWEEN_LOOKS_MS);
  }
  const words = `The host has not merged ${branches.base_head.slice(0, 12)} yet`;
  throw new RepositoryError(words, "push", false);
}

async function mergeHere(
  at: At,
  { access, bare, branches }: Moved,
  commit: string,
): Promise<Base> {
  const { worker, workflow, change: { task_id } } = at;
  const [branch, base_branch] = [workflow.branch!, workflow.base_branch!];
  const { author, signing_key } = worker.committer;
  const made = await mergeBase({ git_dir: bare }, {
    task_id: task_id ?? "",
    message: `Merge ${base_branch} into ${branch}`,
    author,
    co_author: null,
    signing_key,
    commit,
    base_commit: branches.base_head,
  });
  if (made.kind !== "merged") return made;
  await pushCommit(bare, access, { commit: made.commit, branch, expected_head: commit });
  return { kind: "merged", commit: made.commit, is_signed: made.signed };
}

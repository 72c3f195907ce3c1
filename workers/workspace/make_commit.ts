import { RepositoryError } from "@/workers/repository/refusal.ts";
import { commitMessage, isMadeFor } from "@/workers/workspace/commit_message.ts";
import { cleanName, type Identity, signature } from "@/workers/workspace/identity.ts";
import type { LocalGit } from "@/workers/workspace/local_git.ts";
import { ownRef } from "@/workers/workspace/own_refs.ts";
import { withSigning } from "@/workers/workspace/signing.ts";
import { readCommit } from "@/workers/workspace/tree.ts";

export interface CommitRequest {
  /** Told by the trailer `Agent-Task`: called again after a crash, its commit is found by it. */
  task_id: string;
  message: string;
  author: Identity;
  co_author: Identity | null;
  /** A private SSH key; null: unsigned. */
  signing_key: string | null;
}

export interface MadeCommit {
  commit: string;
  signed: boolean;
}

interface Content {
  tree: string;
  parents: string[];
}

/** The commit of the task with this tree and these parents: the one that is there, or a new one. */
export async function makeCommit(
  git: LocalGit,
  git_dir: string,
  content: Content,
  request: CommitRequest,
): Promise<MadeCommit> {
  // It keeps the commit until that is pushed, whatever becomes of the worktree.
  const ref = ownRef(request.task_id);
  const before = await git.ask(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  const found = before.code === 0 &&
    await isOurs(git, before.stdout.trim(), content, request.task_id);
  if (found) return found;
  const commit = await withSigning(
    git_dir,
    request.signing_key,
    (signing) => writeCommit(git, signing, content, request),
  );
  await git(["update-ref", ref, commit]);
  return { commit, signed: request.signing_key !== null };
}

async function isOurs(
  git: LocalGit,
  commit: string,
  { tree, parents }: Content,
  task_id: string,
): Promise<MadeCommit | null> {
  const there = await readCommit(git, commit);
  const is_same = there.tree === tree && there.parents.join() === parents.join();
  return is_same && isMadeFor(task_id, there.message) ? { commit, signed: there.signed } : null;
}

async function writeCommit(
  git: LocalGit,
  signing: string[],
  content: Content,
  request: CommitRequest,
): Promise<string> {
  const parents = content.parents.flatMap((parent) => ["-p", parent]);
  const sign = signing.length > 0 ? ["-S"] : ["--no-gpg-sign"];
  const args = [...signing, "commit-tree", ...sign, ...parents, content.tree];
  return (await git.with(names(request.author))(args, commitMessage(request))).trim();
}

function names(author: Identity): Record<string, string> {
  if (!signature(author)) {
    throw new RepositoryError(
      "The commit has no author: set GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL to a name and an address",
      "commit",
    );
  }
  const [name, email] = [cleanName(author.name), author.email];
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/** Lets go of commits that are kept for a push: those at `commit`, or those of a task. */
export async function forgetCommit(
  git: LocalGit,
  which: { commit: string } | { task_id: string },
): Promise<void> {
  const refs = "commit" in which
    ? await git([
      "for-each-ref",
      `--points-at=${which.commit}`,
      "--format=%(refname)",
      "refs/agent/",
    ])
    : ownRef(which.task_id);
  for (const ref of refs.split("\n").filter(Boolean)) await git(["update-ref", "-d", ref]);
}

import { type At, placeOf } from "@/workers/send_change/host.ts";
import { RepositoryError } from "@/workers/workspace.ts";
import { isMadeFor } from "@/workers/workspace/commit_message.ts";
import { fetchCommit } from "@/workers/workspace/fetch_commit.ts";
import { localGit } from "@/workers/workspace/local_git.ts";
import { placesOf } from "@/workers/workspace/places.ts";
import { type PushAccess, remoteHead } from "@/workers/workspace/push.ts";
import { type PlainCommit, plainCommit } from "@/workers/workspace/plain_commit.ts";
import { readCommit } from "@/workers/workspace/tree.ts";

export interface MadeByHost {
  commit: string;
  is_signed: boolean;
}

/**
 * Has the host make the checked commit anew, signed, on top of the same parent. Null: the commit
 * goes out as it is. What an earlier try made is found by the branch's head.
 */
export async function commitByHost(at: At, access: PushAccess): Promise<MadeByHost | null> {
  const { change: { commit, is_signed, expected_head }, host, workflow: { branch } } = at;
  const create = host.connection.app ? host.pull_requests?.createCommit : undefined;
  if (!create || is_signed || commit === null || branch === null) return null;
  const plain = await plainCommit(gitOf(at), commit);
  if (!plain) return null;
  const { parent, message, files } = plain;
  const head = await remoteHead(access, branch);
  if (head === commit || (head === null && expected_head !== null)) return null;
  if (head !== null && head !== parent) return await found(at, access, head, plain);
  const made = await create(placeOf(host), { branch, expected_head: parent, message, files });
  return await found(at, access, made, plain) ?? wrong(made);
}

/** Null: somebody else's. Throws RepositoryError where it is ours and holds something else. */
async function found(
  at: At,
  access: PushAccess,
  commit: string,
  { parent, tree }: PlainCommit,
): Promise<MadeByHost | null> {
  await fetchCommit(placesOf(at.worker.data_dir, at.host.url), access, commit);
  const there = await readCommit(gitOf(at), commit);
  const is_ours = there.parents.join() === parent &&
    isMadeFor(at.change.task_id ?? "", there.message);
  if (is_ours && there.tree !== tree) wrong(commit);
  return is_ours ? { commit, is_signed: there.signed } : null;
}

function wrong(commit: string): never {
  throw new RepositoryError(
    `The commit ${commit.slice(0, 12)} that the host made is not the one that was checked: ` +
      "delete its branch, or set GIT_SIGNING_KEY so that commits are made here",
    "push",
  );
}

const gitOf = ({ worker, host }: At) =>
  localGit({
    git_dir: placesOf(worker.data_dir, host.url).bare,
    stage: "push",
    doing: "Reading the commit",
  });

import { branchReplaced } from "@/db/changes/sending.ts";
import { countPullRequests, pullRequestOf } from "@/db/pull_requests.ts";
import { ProviderError, type PullRequest } from "@/server/providers/provider.ts";
import { persist } from "@/workers/persist.ts";
import { type At, placeOf } from "@/workers/send_change/host.ts";
import { branchOf } from "@/workers/workspace/branch_name.ts";
import { type PushAccess, remoteHead } from "@/workers/workspace/push.ts";

const WRITE_PATIENCE_MS = 60_000;

/**
 * Where the pull request has ended at the host and nobody told us, a push to its branch would be
 * seen by nobody: the commit gets a new branch. False: the change is no longer ours.
 */
export async function leaveEnded(at: At, access: PushAccess): Promise<boolean> {
  const { worker, sending, change, workflow } = at;
  const ended = await endedAtHost(at);
  if (!ended || ended.head === change.commit || !await isAsLeft(at, access)) return true;
  const attempt = await countPullRequests(worker.db, workflow.workflow_id) + 1;
  const branch = branchOf(workflow, attempt);
  const to = { branch, state: ended.state };
  const patience = AbortSignal.timeout(WRITE_PATIENCE_MS);
  const is_ours = await persist(() => branchReplaced(worker.db, sending, change, to), patience);
  at.change = { ...change, expected_head: null };
  at.workflow = { ...workflow, branch };
  return is_ours;
}

interface Ended {
  state: "merged" | "closed";
  head: string | null;
}

/** Null: it is open there, known to have ended, or there is none. */
async function endedAtHost({ worker, host, workflow: { workflow_id } }: At): Promise<Ended | null> {
  const known = await pullRequestOf(worker.db, workflow_id);
  if (known?.state !== "open" || !host.pull_requests) return null;
  const there = await host.pull_requests.get(placeOf(host), known.number).catch(nullIfGone);
  if (there?.state === "open") return null;
  return { state: there?.state ?? "closed", head: there?.head ?? null };
}

function nullIfGone(error: unknown): PullRequest | null {
  if (error instanceof ProviderError && error.status === 404) return null;
  throw error;
}

/** Neither our commit nor one of others is at the branch, which may be gone. */
async function isAsLeft(
  { change: { expected_head }, workflow: { branch } }: At,
  access: PushAccess,
): Promise<boolean> {
  const head = await remoteHead(access, branch!);
  return head === null || head === expected_head;
}

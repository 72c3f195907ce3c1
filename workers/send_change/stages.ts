import { type Brought, changeDone, stageDone } from "@/db/changes/sending.ts";
import { flowIdOf } from "@/db/flows.ts";
import type { ChangeStage } from "@/db/nouns/change.ts";
import { pullRequestOf } from "@/db/pull_requests.ts";
import { ownCommits } from "@/db/workflows/own_commits.ts";
import { ProviderError, type PullRequest } from "@/server/providers/provider.ts";
import { persist } from "@/workers/persist.ts";
import type { At } from "@/workers/send_change/host.ts";
import { pullRequestText } from "@/workers/send_change/text.ts";
import { placesOf } from "@/workers/workspace/places.ts";
import { deleteBranch, pushCommit, remoteHead } from "@/workers/workspace/push.ts";
import { RepositoryError } from "@/workers/workspace.ts";

/** Returns the stage that follows; null: the change is done, or is no longer ours. */
type Stage = (at: At) => Promise<ChangeStage | null>;

const WRITE_PATIENCE_MS = 60_000;

export const STAGES: Record<Exclude<ChangeStage, "done">, Stage> = {
  push,
  open,
  ready,
  close,
  delete_branch: dropBranch,
};

async function push(at: At): Promise<ChangeStage | null> {
  const { worker, change: { commit, expected_head }, workflow: { branch }, host } = at;
  if (commit === null || branch === null) throw nothingToSend("push");
  const { bare } = placesOf(worker.data_dir, new URL(host.access.url));
  await pushCommit(bare, host.access, { commit, branch, expected_head });
  return await goOn(at, "open");
}

/** A draft, or the one that is open for the branch already. */
async function open(at: At): Promise<ChangeStage | null> {
  const { host, workflow: { branch, base_branch } } = at;
  if (branch === null || base_branch === null) throw nothingToSend("open");
  if (!host.pull_requests) return await done(at);
  const place = { connection: host.connection, repository: host.repository };
  const text = await pullRequestText(at);
  const known = await host.pull_requests.find(place, branch);
  const is_open = known?.state === "open";
  const pull_request = is_open
    ? known
    : await host.pull_requests.open(place, { ...text, branch, base: base_branch, draft: true });
  if (is_open) await host.pull_requests.update(place, known.number, text);
  return await done(at, { pull_request: rowOf(at, pull_request) });
}

function rowOf({ change, workflow, host }: At, pull_request: PullRequest) {
  const { number, url, title, state, is_draft, branch, base, begins } = pull_request;
  const { instance, container_id, object_id } = begins;
  const alias = instance && flowIdOf(host.provider, instance, container_id, object_id);
  const row = {
    provider: host.provider,
    repository: host.repository,
    number,
    flow_id: workflow.flow_id,
    workflow_id: workflow.workflow_id,
    url,
    title,
    state,
    is_draft,
    branch,
    base,
    head: change.commit ?? pull_request.head,
  };
  return { row, alias_flow_id: alias };
}

async function ready(at: At): Promise<ChangeStage | null> {
  const { worker, host, workflow: { workflow_id, asked } } = at;
  const known = await pullRequestOf(worker.db, workflow_id);
  if (!known || !host.pull_requests) return await done(at);
  const place = { connection: host.connection, repository: host.repository };
  const reviewers = asked.by.provider === host.provider && asked.by.name ? [asked.by.name] : [];
  await host.pull_requests.ready(place, known.number, { reviewers });
  return await done(at, { mark: { is_draft: false } });
}

async function close(at: At): Promise<ChangeStage | null> {
  const { worker, host, workflow: { workflow_id } } = at;
  const known = await pullRequestOf(worker.db, workflow_id);
  if (known?.state === "open" && host.pull_requests) {
    const place = { connection: host.connection, repository: host.repository };
    await host.pull_requests.close(place, known.number).catch(unlessGone);
  }
  return await goOn(at, "delete_branch");
}

/** A pull request that is not there is closed; its branch may be there all the same. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ProviderError) || error.status !== 404) throw error;
}

/** Only while it is at a commit of ours: with those of others it is theirs as well, and stays. */
async function dropBranch(at: At): Promise<ChangeStage | null> {
  const { worker, host, workflow: { branch, workflow_id } } = at;
  const mark = { state: "closed" } as const;
  const head = branch && await remoteHead(host.access, branch);
  if (!branch || !head) return await done(at, { mark });
  const own = await ownCommits(worker.db, workflow_id);
  const deleted = own.includes(head) &&
    await deleteBranch(host.access, branch, head).then(() => true, unlessForeign);
  if (deleted) return await done(at, { mark });
  const text = `Given up. The branch ${branch} has commits of others, and stays.`;
  return await done(at, { mark, text });
}

function unlessForeign(error: unknown): false {
  if (error instanceof RepositoryError && error.behind === "foreign") return false;
  throw error;
}

const nothingToSend = (stage: "push" | "open") =>
  new RepositoryError(`There is no commit to ${stage}`, "push", true);

async function goOn({ worker, sending }: At, next: ChangeStage): Promise<ChangeStage | null> {
  const patience = AbortSignal.timeout(WRITE_PATIENCE_MS);
  return await persist(() => stageDone(worker.db, sending, next), patience) ? next : null;
}

/** What the last stage brought, and what follows from it, in one commit. */
async function done({ worker, sending, change }: At, brought: Brought = {}): Promise<null> {
  await persist(
    () => changeDone(worker.db, sending, change, brought),
    AbortSignal.timeout(WRITE_PATIENCE_MS),
  );
  return null;
}

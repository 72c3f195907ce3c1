import { type Brought, changeDone, commitReplaced, stageDone } from "@/db/changes/sending.ts";
import { flowIdOf } from "@/db/flows.ts";
import type { ChangeStage } from "@/db/nouns/change.ts";
import { pullRequestOf } from "@/db/pull_requests.ts";
import { ownCommits } from "@/db/workflows/own_commits.ts";
import { MOST_ROUNDS } from "@/db/workflows/next_step.ts";
import { ProviderError, type PullRequest } from "@/server/providers/provider.ts";
import { persist } from "@/workers/persist.ts";
import { bringUpToDate, conflictsWithBase } from "@/workers/send_change/base.ts";
import { commitByHost, type MadeByHost } from "@/workers/send_change/by_host.ts";
import { type At, placeOf } from "@/workers/send_change/host.ts";
import { leaveEnded } from "@/workers/send_change/new_branch.ts";
import { pullRequestText } from "@/workers/send_change/text.ts";
import { placesOf } from "@/workers/workspace/places.ts";
import { hasCommit, LostCommit } from "@/workers/workspace/lost_commit.ts";
import { deleteBranch, pushCommit, remoteHead } from "@/workers/workspace/push.ts";
import { firstFew, safeText } from "@/workers/workspace/safe_text.ts";
import { RepositoryError } from "@/workers/workspace.ts";

/** Returns the stage that follows; null: the change is done, or is no longer ours. */
type Stage = (at: At) => Promise<ChangeStage | null>;

const WRITE_PATIENCE_MS = 60_000;
const MOST_NAMED = 20;

export const STAGES: Record<Exclude<ChangeStage, "done">, Stage> = {
  push,
  open,
  update,
  ready,
  close,
  delete_branch: dropBranch,
};

async function push(at: At): Promise<ChangeStage | null> {
  const { worker, change: { commit, files }, workflow: { branch }, host } = at;
  if (commit === null || branch === null) throw nothingToSend("push");
  const { bare } = placesOf(worker.data_dir, host.url);
  // By it a later worker finds the git of one that was killed, and ends it.
  const run_id = `${at.sending.worker_id}.${at.change.change_id}`;
  const access = { ...await host.access(files.map(({ path }) => path)), run_id };
  if (!await hasCommit(bare, commit)) {
    if (await remoteHead(access, branch) === commit) return await goOn(at, "open");
    throw new LostCommit(commit, worker.machine_id);
  }
  if (!await leaveEnded(at, access)) return null;
  const made = await commitByHost(at, access);
  if (!made) await pushCommit(bare, access, destinationOf(at, commit));
  else if (!await replaceCommit(at, made)) return null;
  return await goOn(at, "open");
}

const destinationOf = ({ change: { expected_head }, workflow }: At, commit: string) => ({
  commit,
  branch: workflow.branch!,
  expected_head,
});

/** What the host made is verified and proposed; false: the change is no longer ours. */
async function replaceCommit(at: At, made: MadeByHost): Promise<boolean> {
  const { worker, sending, change, workflow } = at;
  const patience = AbortSignal.timeout(WRITE_PATIENCE_MS);
  const is_ours = await persist(
    () => commitReplaced(worker.db, sending, change, made),
    patience,
  );
  at.change = { ...change, commit: made.commit, is_signed: made.is_signed };
  at.workflow = { ...workflow, head_commit: made.commit };
  return is_ours;
}

/** A draft, or the one that is open for the branch already. */
async function open(at: At): Promise<ChangeStage | null> {
  const { host, workflow: { branch, base_branch } } = at;
  if (branch === null || base_branch === null) throw nothingToSend("open");
  if (!host.pull_requests) return await goOn(at, "update");
  const place = placeOf(host);
  const text = await pullRequestText(at);
  const known = await host.pull_requests.find(place, branch);
  const is_open = known?.state === "open";
  const pull_request = is_open
    ? known
    : await host.pull_requests.open(place, { ...text, branch, base: base_branch, draft: true });
  if (is_open) await host.pull_requests.update(place, known.number, text);
  return await goOn(at, "update", { pull_request: rowOf(at, pull_request) });
}

/** What is verified next has all of the base; where that cannot be, another round sees to it. */
async function update(at: At): Promise<ChangeStage | null> {
  const base = await bringUpToDate(at);
  if (base.kind === "up_to_date") return await done(at);
  if (base.kind === "conflicts") return await done(at, contradicted(at, base.files));
  if (!await replaceCommit(at, base)) return null;
  return await done(at, { mark: { head: base.commit } });
}

/** Another round resolves them, while there is one. */
function contradicted({ workflow: { round, base_branch } }: At, files: string[]): Brought {
  if (round < MOST_ROUNDS) return { conflicts: files };
  const remark = `${base_branch} has moved and contradicts this change in ${
    firstFew(files.map((file) => safeText(file)), MOST_NAMED).join(", ")
  }: that has to be resolved by hand.`;
  return { remarks: [remark] };
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
  const conflicts = await conflictsWithBase(at);
  const base = conflicts.length > 0 ? contradicted(at, conflicts) : {};
  if (base.conflicts) return await done(at, base);
  const place = placeOf(host);
  const reviewers = asked.by.provider === host.provider && asked.by.name ? [asked.by.name] : [];
  const { not_asked } = await host.pull_requests.ready(place, known.number, { reviewers });
  const remarks = not_asked.map((name) =>
    `${name} was not asked for review: the host takes no such reviewer here.`
  );
  return await done(at, {
    mark: { is_draft: false },
    remarks: [...base.remarks ?? [], ...remarks],
  });
}

async function close(at: At): Promise<ChangeStage | null> {
  const { worker, host, workflow: { workflow_id } } = at;
  const known = await pullRequestOf(worker.db, workflow_id);
  if (known?.state === "open" && host.pull_requests) {
    await host.pull_requests.close(placeOf(host), known.number).catch(unlessGone);
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
  const access = await host.access();
  const head = branch && await remoteHead(access, branch);
  if (!branch || !head) return await done(at, { mark });
  const own = await ownCommits(worker.db, workflow_id);
  const deleted = own.includes(head) &&
    await deleteBranch(access, branch, head).then(() => true, unlessForeign);
  if (deleted) return await done(at, { mark });
  const text = "Given up, but not all could be put away. " +
    `The branch ${branch} has commits of others: it stays`;
  return await done(at, { mark, text });
}

function unlessForeign(error: unknown): false {
  if (error instanceof RepositoryError && error.behind === "foreign") return false;
  throw error;
}

const nothingToSend = (stage: "push" | "open") =>
  new RepositoryError(`There is no commit to ${stage}`, "push", true);

async function goOn(at: At, next: ChangeStage, brought?: Brought): Promise<ChangeStage | null> {
  const { worker, sending, change } = at;
  const patience = AbortSignal.timeout(WRITE_PATIENCE_MS);
  const write = () => stageDone(worker.db, sending, change, next, brought);
  return await persist(write, patience) ? next : null;
}

/** What the last stage brought, and what follows from it, in one commit. */
async function done({ worker, sending, change }: At, brought: Brought = {}): Promise<null> {
  await persist(
    () => changeDone(worker.db, sending, change, brought),
    AbortSignal.timeout(WRITE_PATIENCE_MS),
  );
  return null;
}

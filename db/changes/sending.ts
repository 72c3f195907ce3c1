import { type Change, readChange } from "@/db/changes.ts";
import type { Database, Sql } from "@/db/client.ts";
import { isId } from "@/db/ids.ts";
import type { ChangeStage } from "@/db/nouns/change.ts";
import { markPullRequest, type PullRequestRow, savePullRequest } from "@/db/pull_requests.ts";
import { nudge } from "@/db/queue.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { holdWorkflow } from "@/db/workflows.ts";
import { advanceOrFail } from "@/db/workflows/advance_or_fail.ts";
import type { WorkflowEvent } from "@/db/workflows/workflow_event.ts";

/** A try that shows no sign for this long is over, whatever became of its worker. */
const SENDING_SECONDS = 600;

/** One try at a change. */
export interface Sending {
  change_id: string;
  sending_id: string;
  worker_id: string;
  machine_id: string;
}

/** Null: it has ended, is not due, is being sent, or its commit is on another machine. */
export async function takeChange({ sql }: Database, sending: Sending): Promise<Change | null> {
  const { change_id, sending_id, worker_id, machine_id } = sending;
  if (!isId(change_id)) return null;
  const [row] = await sql`
    update changes set tries = tries + case when sending_id = ${sending_id} then 0 else 1 end,
      sending_id = ${sending_id}, sending_by = ${worker_id},
      sending_until = now() + ${SENDING_SECONDS} * interval '1 s'
    where change_id = ${change_id} and status = 'pending'
      and (stage <> 'push' or machine_id = ${machine_id})
      and (sending_id = ${sending_id} or (
        (next_try_at is null or next_try_at <= now())
        and (sending_until is null or sending_until < now() or not exists (
          select from workers w where w.worker_id = sending_by and w.lease_until > now()))))
      and exists (select from workers w where w.worker_id = ${worker_id} and w.lease_until > now())
    returning *`;
  return row ? readChange(row) : null;
}

const held = (sql: Sql, { change_id, sending_id }: Sending) =>
  sql`change_id = ${change_id} and sending_id = ${sending_id} and status = 'pending'`;

const letGo = (sql: Sql) => sql`sending_id = null, sending_by = null, sending_until = null`;

/** A stage is done: a repeat goes on behind it. False: it is no longer ours. */
export async function stageDone(
  { sql }: Database,
  sending: Sending,
  { workflow_id }: Change,
  next: ChangeStage,
  brought: Brought = {},
): Promise<boolean> {
  return await sql.begin(async (tx) => {
    await holdWorkflow(tx, workflow_id);
    const done = await tx`
      update changes set stage = ${next}, last_error = null,
        sending_until = now() + ${SENDING_SECONDS} * interval '1 s'
      where ${held(tx, sending)}`;
    if (done.count === 1) await keep(tx, workflow_id, brought);
    return done.count === 1;
  });
}

/** The host made the commit anew: that one counts from now on. False: it is no longer ours. */
export async function commitReplaced(
  { sql }: Database,
  sending: Sending,
  { workflow_id, commit: before }: Change,
  { commit, is_signed }: { commit: string; is_signed: boolean },
): Promise<boolean> {
  return await sql.begin(async (tx) => {
    await holdWorkflow(tx, workflow_id);
    const done = await tx`
      update changes set commit = ${commit}, is_signed = ${is_signed},
        replaced = replaced || changes.commit
      where ${held(tx, sending)}`;
    if (done.count === 0) return false;
    await tx`
      update workflows set head_commit = ${commit}
      where workflow_id = ${workflow_id} and head_commit = ${before}`;
    return true;
  });
}

/** Its pull request has ended: the commit goes to a new branch. False: it is no longer ours. */
export async function branchReplaced(
  { sql }: Database,
  sending: Sending,
  { workflow_id }: Change,
  { branch, state }: { branch: string; state: "merged" | "closed" },
): Promise<boolean> {
  return await sql.begin(async (tx) => {
    await holdWorkflow(tx, workflow_id);
    const done = await tx`update changes set expected_head = null where ${held(tx, sending)}`;
    if (done.count === 0) return false;
    await tx`update workflows set branch = ${branch} where workflow_id = ${workflow_id}`;
    await markPullRequest(tx, workflow_id, { state });
    return true;
  });
}

/** What a stage of a change brought. */
export interface Brought {
  /** A pull request of ours, and the flow that deliveries about it name. */
  pull_request?: { row: Omit<PullRequestRow, "checks">; alias_flow_id: string | null };
  /** What became of the pull request that was there. */
  mark?: Parameters<typeof markPullRequest>[2];
  /** How the work ended, where that is not what was wanted. */
  text?: string;
  /** What people should know beside it. */
  remarks?: string[];
  /** Files in which the base contradicts the branch: another round has to resolve them. */
  conflicts?: string[];
}

async function keep(tx: Sql, workflow_id: string, { pull_request, mark }: Brought): Promise<void> {
  if (pull_request) await savePullRequest(tx, pull_request.row, pull_request.alias_flow_id);
  if (mark) await markPullRequest(tx, workflow_id, mark);
}

/** The whole change is done, what it brought is kept, and what follows is written, in one commit. */
export async function changeDone(
  { sql }: Database,
  sending: Sending,
  change: Change,
  brought: Brought = {},
): Promise<void> {
  await sql.begin(async (tx) => {
    await holdWorkflow(tx, change.workflow_id);
    await keep(tx, change.workflow_id, brought);
    await endChange(tx, sending, change, brought);
  });
}

async function endChange(
  tx: Sql,
  sending: Sending,
  change: Change,
  { remarks = [], conflicts = [], text }: Brought,
): Promise<void> {
  const all_remarks = [...change.remarks, ...remarks];
  const done = await tx`
    update changes set status = 'done', stage = 'done', last_error = null, ended_at = now(),
      remarks = ${storableJson(all_remarks)}::text::jsonb, ${letGo(tx)}
    where ${held(tx, sending)}`;
  if (done.count === 0) return;
  const event = { kind: "change_done", change: change.kind, conflicts, text } as const;
  await advanceOrFail(tx, change.workflow_id, event);
}

export interface Failure {
  error: string;
  /** Null: it is not tried again. */
  retry_after_seconds: number | null;
  /** The commit is gone, so that the step that made it has to run again. */
  is_lost?: boolean;
  /** Others have changed what somebody said yes to. */
  is_foreign?: boolean;
}

/** With a pause it is tried again; without one it failed, and its workflow with it. */
export async function changeFailed(
  { sql }: Database,
  sending: Sending,
  change: Change,
  failure: Failure,
): Promise<void> {
  const { error, retry_after_seconds } = failure;
  await sql.begin(async (tx) => {
    await holdWorkflow(tx, change.workflow_id);
    const again = retry_after_seconds !== null && !await isGivenUp(tx, change);
    const done = await tx`
      update changes set last_error = ${storable(error)}, ${letGo(tx)},
        status = ${again ? "pending" : "failed"}, ended_at = ${again ? null : tx`now()`},
        next_try_at = now() + ${retry_after_seconds ?? 0} * interval '1 s'
      where ${held(tx, sending)}`;
    if (done.count === 0) return;
    if (again) {
      return await nudge(tx, "send_change", [change.change_id], {
        after_seconds: retry_after_seconds,
      });
    }
    await advanceOrFail(tx, change.workflow_id, eventOf(change, failure));
  });
}

function eventOf({ kind }: Change, { error, is_lost, is_foreign }: Failure): WorkflowEvent {
  if (is_lost) return { kind: "step_ended", step: "executor", status: "failed", error };
  if (is_foreign) return { kind: "voided", why: error };
  return { kind: "change_failed", change: kind, error };
}

async function isGivenUp(tx: Sql, { workflow_id }: Change): Promise<boolean> {
  const rows = await tx`
    select from workflows where workflow_id = ${workflow_id} and giving_up_by is not null`;
  return rows.count > 0;
}

/** Those that somebody should look at now: due, and not being sent. */
export async function changesDue({ sql }: Database, machine_id: string): Promise<string[]> {
  const rows = await sql<{ change_id: string }[]>`
    select change_id from changes c
    where status = 'pending' and (stage <> 'push' or machine_id = ${machine_id})
      and (next_try_at is null or next_try_at <= now())
      and (sending_until is null or sending_until < now() or not exists (
        select from workers w where w.worker_id = c.sending_by and w.lease_until > now()))
    order by change_id limit 20`;
  return rows.map(({ change_id }) => change_id);
}

import type { Sql } from "@/db/client.ts";
import type { Change } from "@/db/nouns/change.ts";
import type { Step } from "@/db/nouns/step.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import type { Told } from "@/db/workflows/notices.ts";

/** All that people are told of a workflow. */
export async function whatIsKnown(tx: Sql, workflow: Workflow): Promise<Told> {
  const { workflow_id } = workflow;
  const approval = await newestApproval(tx, workflow_id);
  const [sums] = await tx<Pick<Told, "cost_usd" | "duration_seconds">[]>`
    select coalesce(sum(cost_usd), 0) as cost_usd, coalesce(extract(epoch from
      sum(coalesce(completed_at, now()) - started_at)), 0)::float8 as duration_seconds
    from tasks where workflow_id = ${workflow_id}`;
  const [pull_request] = await tx<NonNullable<Told["pull_request"]>[]>`
    select url, number, state, is_draft from pull_requests where workflow_id = ${workflow_id}
    order by created_at desc limit 1`;
  const changes = await tx<Pick<Change, "kind" | "remarks" | "is_signed">[]>`
    select distinct on (kind) kind, remarks, is_signed from changes
    where workflow_id = ${workflow_id} and kind <> 'close' order by kind, change_id desc`;
  const published = changes.find(({ kind }) => kind === "publish");
  const [under_way] = await tx<{ step: Step }[]>`
    select step from tasks where workflow_id = ${workflow_id} and completed_at is null
    order by task_id desc limit 1`;
  return {
    workflow,
    step: under_way?.step ?? null,
    approval,
    votes: approval === null ? [] : await votesFor(tx, approval),
    pull_request: pull_request ?? null,
    verdict: await resultOf(tx, workflow_id, "verifier"),
    answer: await resultOf(tx, workflow_id, "brain"),
    remarks: changes.flatMap(({ remarks }) => remarks),
    is_signed: published?.is_signed ?? null,
    ...sums,
  };
}

async function newestApproval(tx: Sql, workflow_id: string): Promise<Told["approval"]> {
  const [approval] = await tx<NonNullable<Told["approval"]>[]>`
    select approval_id, status, plan, plan_hash, needed, expires_at, decided_by, decided_via, note,
      void_reason, refused
    from approvals where workflow_id = ${workflow_id} order by approval_id desc limit 1`;
  return approval ?? null;
}

async function votesFor(
  tx: Sql,
  { approval_id, status }: NonNullable<Told["approval"]>,
): Promise<Told["votes"]> {
  if (status !== "pending") return [];
  return await tx<Told["votes"]>`
    select name, note from approval_votes where approval_id = ${approval_id} order by at`;
}

async function resultOf(tx: Sql, workflow_id: string, step: Step): Promise<unknown> {
  const [task] = await tx<{ result: unknown }[]>`
    select result from tasks where workflow_id = ${workflow_id} and step = ${step}
      and status = 'completed' order by task_id desc limit 1`;
  return task?.result ?? null;
}

import { requestApproval } from "@/db/workflows/request_approval.ts";
import { type Committed, requestChange } from "@/db/workflows/request_change.ts";
import type { Sql } from "@/db/client.ts";
import { plan } from "@/db/nouns/plan.ts";
import { brainResult } from "@/db/nouns/step_results.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { lockWorkflow, readWorkflow } from "@/db/workflows.ts";
import { nextStep, type Outcome, type WorkflowEvent } from "@/db/workflows/next_step.ts";
import { startStep } from "@/db/workflows/start_step.ts";
import { tell } from "@/db/workflows/tell.ts";

export interface Advanced {
  workflow: Workflow;
  outcome: Outcome;
}

/**
 * What happened and all that follows from it, in the caller's transaction. Null: no such workflow.
 * `committed` is what an executor left, for the event of that name.
 */
export async function advance(
  tx: Sql,
  workflow_id: string,
  event: WorkflowEvent,
  committed: Committed | null = null,
): Promise<Advanced | null> {
  const before = await lockWorkflow(tx, workflow_id);
  if (!before) return null;
  const noted = await note(tx, before, event, committed);
  const outcome = nextStep(noted, event);
  if (outcome.do === "nothing") return { workflow: noted, outcome };
  const workflow = await write(tx, noted, event, outcome);
  await carryOut(tx, workflow, outcome, committed);
  await tell(tx, workflow);
  return { workflow, outcome };
}

/** What an event brings is kept before it is asked what follows. */
async function note(
  tx: Sql,
  workflow: Workflow,
  event: WorkflowEvent,
  committed: Committed | null,
): Promise<Workflow> {
  if (workflow.ended_at !== null) return workflow;
  const { workflow_id } = workflow;
  if (event.kind === "committed" && committed) {
    const { branch, base_branch, base_commit, commit } = committed;
    await tx`
      update workflows set branch = ${branch}, base_branch = ${base_branch},
        base_commit = ${base_commit}, head_commit = ${commit}
      where workflow_id = ${workflow_id}`;
    return { ...workflow, branch, base_branch, base_commit, head_commit: commit };
  }
  if (event.kind === "step_ended" && event.status === "completed") {
    if (event.step === "brain") {
      const { class: kind } = brainResult.parse(event.result);
      await tx`update workflows set class = ${kind} where workflow_id = ${workflow_id}`;
      return { ...workflow, class: kind };
    }
    if (event.step === "planning") {
      const written = plan.parse(event.result);
      await tx`
        update workflows set plan = ${storableJson(written)}::text::jsonb
        where workflow_id = ${workflow_id}`;
      return { ...workflow, plan: written };
    }
  }
  return workflow;
}

const STATUS = {
  step: "running",
  change: "running",
  approval: "waiting",
  wait: "waiting",
  fail: "failed",
} as const;

async function write(
  tx: Sql,
  workflow: Workflow,
  event: WorkflowEvent,
  outcome: Exclude<Outcome, { do: "nothing" }>,
): Promise<Workflow> {
  const is_step = outcome.do === "step";
  const is_end = outcome.do === "end";
  const waits_for = outcome.do === "approval"
    ? "approval"
    : outcome.do === "wait"
    ? "pull_request"
    : null;
  const note = is_step && outcome.note !== undefined ? outcome.note : workflow.note;
  const findings = is_step && outcome.findings !== undefined ? outcome.findings : workflow.findings;
  const failed = outcome.do === "fail" ? outcome : null;
  const checks = event.kind === "checks_failed" ? event.checks : workflow.failed_checks;
  const [row] = await tx`
    update workflows set status = ${is_end ? outcome.status : STATUS[outcome.do]},
      waits_for = ${waits_for}, round = ${is_step ? outcome.round : workflow.round},
      note = ${note && storable(note)}, findings = ${storableJson(findings)}::text::jsonb,
      failed_checks = ${checks && storable(checks)},
      error = ${failed && storable(failed.error)}, failed_step = ${failed?.failed_step ?? null},
      ended_at = ${is_end ? tx`now()` : null}, end_text = ${is_end ? storable(outcome.text) : null},
      updated_at = now()
    where workflow_id = ${workflow.workflow_id} returning *`;
  return readWorkflow(row);
}

async function carryOut(
  tx: Sql,
  workflow: Workflow,
  outcome: Exclude<Outcome, { do: "nothing" }>,
  committed: Committed | null,
): Promise<void> {
  switch (outcome.do) {
    case "step":
      await startStep(tx, workflow, outcome.step);
      return;
    case "approval":
      return await requestApproval(tx, workflow);
    case "change":
      return await requestChange(tx, workflow, outcome.change, committed);
    case "wait":
      return;
    case "fail":
    case "end":
      return await closeApprovals(tx, workflow);
  }
}

async function closeApprovals(tx: Sql, { workflow_id, end_text, error }: Workflow): Promise<void> {
  await tx`
    update approvals set status = 'void', decided_at = now(), void_reason = ${end_text ?? error}
    where workflow_id = ${workflow_id} and status = 'pending'`;
}

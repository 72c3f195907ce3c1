import type { Sql } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { storable } from "@/db/storable.ts";
import { lockWorkflow } from "@/db/workflows.ts";
import { approvedPlan } from "@/db/workflows/approved_plan.ts";
import { nextStep } from "@/db/workflows/next_step.ts";
import type { Outcome, WorkflowEvent } from "@/db/workflows/workflow_event.ts";
import { type Brought, noteEvent } from "@/db/workflows/note_event.ts";
import { redChecksOf } from "@/db/workflows/own_commits.ts";
import { requestApproval } from "@/db/workflows/request_approval.ts";
import { requestChange } from "@/db/workflows/request_change.ts";
import { startStep } from "@/db/workflows/start_step.ts";
import { dropChanges, stopSteps, underWay } from "@/db/workflows/stop_work.ts";
import { tell } from "@/db/workflows/tell.ts";
import { type Following, writeOutcome } from "@/db/workflows/write_outcome.ts";

export interface Advanced {
  workflow: Workflow;
  outcome: Outcome;
}

/** What happened and all that follows from it, in the caller's transaction. Null: no such workflow. */
export async function advance(
  tx: Sql,
  workflow_id: string,
  event: WorkflowEvent,
  brought: Brought = {},
): Promise<Advanced | null> {
  const before = await lockWorkflow(tx, workflow_id);
  if (!before) return null;
  if (event.kind === "give_up" && before.ended_at === null) await letGo(tx, before, event.by);
  const noted = await noteEvent(tx, before, event, brought);
  const outcome = nextStep({ ...noted, ...await underWay(tx, workflow_id) }, event);
  if (outcome.do === "nothing") return { workflow: noted, outcome };
  const workflow = await writeOutcome(tx, noted, event, outcome);
  await carryOut(tx, workflow, event, outcome, brought);
  await tell(tx, workflow);
  return await onRedChecks(tx, { workflow, outcome });
}

/** What has not begun does not begin; what is going on is told to end. */
async function letGo(tx: Sql, { workflow_id }: Workflow, by: string): Promise<void> {
  const why = `Given up by ${by}.`;
  await stopSteps(tx, workflow_id, why, by);
  await dropChanges(tx, workflow_id, why, { all: false });
}

async function carryOut(
  tx: Sql,
  workflow: Workflow,
  event: WorkflowEvent,
  outcome: Following,
  { committed = null }: Brought,
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
      return await goBackToPlan(tx, workflow, event);
    case "stop":
      return;
    case "fail":
      return event.kind === "voided"
        ? await voidPlan(tx, workflow, event.why)
        : await closeApprovals(tx, workflow);
    case "end":
      await stopSteps(tx, workflow.workflow_id, outcome.text);
      await dropChanges(tx, workflow.workflow_id, outcome.text, { all: true });
      return await closeApprovals(tx, workflow);
  }
}

/** Whoever watches hears of it as of a decision. */
async function closeApprovals(tx: Sql, workflow: Workflow): Promise<void> {
  const { workflow_id, flow_id, end_text, error } = workflow;
  const closed = await tx<{ approval_id: string; task_id: string }[]>`
    update approvals set status = 'void', decided_at = now(), void_reason = ${end_text ?? error}
    where workflow_id = ${workflow_id} and status = 'pending'
    returning approval_id, task_id`;
  for (const { approval_id, task_id } of closed) {
    const told = { approval_id, flow_id, status: "void", decided_by: null };
    await addEvent(tx, "approval.decided", task_id, told);
  }
}

/** A yes that was said counts no more either, and what runs by it stops. */
async function voidPlan(tx: Sql, { workflow_id }: Workflow, why: string): Promise<void> {
  await tx`
    update approvals set status = 'void', decided_at = now(),
      void_reason = ${storable(why)}
    where approval_id = (select approval_id from approvals
      where workflow_id = ${workflow_id} and status in ('pending', 'approved')
      order by approval_id desc limit 1)`;
  await stopSteps(tx, workflow_id, why);
  await dropChanges(tx, workflow_id, why, { all: true });
}

/** A later plan that nobody wants is none: red checks are mended by the one that was approved. */
async function goBackToPlan(tx: Sql, { workflow_id }: Workflow, event: WorkflowEvent) {
  if (event.kind !== "decided" && event.kind !== "expired") return;
  const approved = await approvedPlan(tx, workflow_id);
  if (!approved) return;
  await tx`
    update workflows set plan = a.plan, note = a.note, planned_on = null
    from approvals a
    where a.approval_id = ${approved.approval_id} and workflows.workflow_id = ${workflow_id}`;
}

/** Checks that became red while a step ran are seen to when nothing runs any more. */
async function onRedChecks(tx: Sql, advanced: Advanced): Promise<Advanced> {
  if (advanced.outcome.do !== "wait") return advanced;
  const { workflow_id } = advanced.workflow;
  const checks = await redChecksOf(tx, workflow_id);
  if (checks === null) return advanced;
  const next = await advance(tx, workflow_id, { kind: "checks_failed", checks });
  return next && next.outcome.do !== "nothing" ? next : advanced;
}

import type { Sql } from "@/db/client.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { readWorkflow } from "@/db/workflows.ts";
import type { Outcome, WorkflowEvent } from "@/db/workflows/workflow_event.ts";

export type Following = Exclude<Outcome, { do: "nothing" }>;

const STATUS = {
  step: "running",
  change: "running",
  stop: "running",
  approval: "waiting",
  wait: "waiting",
  fail: "failed",
} as const;

const WAITS_FOR = { approval: "approval", wait: "pull_request" } as const;

/** How a workflow stands behind an event. */
export async function writeOutcome(
  tx: Sql,
  workflow: Workflow,
  event: WorkflowEvent,
  outcome: Following,
): Promise<Workflow> {
  const is_end = outcome.do === "end";
  const waits_for = outcome.do === "approval" || outcome.do === "wait"
    ? WAITS_FOR[outcome.do]
    : null;
  const step = outcome.do === "step" ? outcome : null;
  const failed = outcome.do === "fail" ? outcome : null;
  const note = step?.note === undefined ? workflow.note : step.note;
  const findings = step?.findings ?? failed?.findings ?? workflow.findings;
  const checks = checksBehind(workflow, event);
  const [row] = await tx`
    update workflows set status = ${is_end ? outcome.status : STATUS[outcome.do]},
      waits_for = ${waits_for}, round = ${step?.round ?? workflow.round},
      note = ${note && storable(note)}, findings = ${storableJson(findings)}::text::jsonb,
      failed_checks = ${checks && storable(checks)},
      giving_up_by = ${outcome.do === "stop" ? storable(outcome.by) : null},
      error = ${failed && storable(failed.error)}, failed_step = ${failed?.failed_step ?? null},
      ended_at = ${is_end ? tx`now()` : null}, end_text = ${is_end ? storable(outcome.text) : null},
      updated_at = now()
    where workflow_id = ${workflow.workflow_id} returning *`;
  return readWorkflow(row);
}

/** A person who looked at it in between has seen the failure that was there before. */
function checksBehind({ failed_checks }: Workflow, event: WorkflowEvent): string | null {
  if (event.kind === "checks_failed") return event.checks;
  return event.kind === "retry" || event.kind === "asked_again" ? null : failed_checks;
}

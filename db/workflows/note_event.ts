import type { Sql } from "@/db/client.ts";
import { plan } from "@/db/nouns/plan.ts";
import { brainResult } from "@/db/nouns/step_results.ts";
import type { PersonKey, Workflow } from "@/db/nouns/workflow.ts";
import { storableJson } from "@/db/storable.ts";
import type { WorkflowEvent } from "@/db/workflows/workflow_event.ts";
import type { Committed } from "@/db/workflows/request_change.ts";

/** What an event brings beside itself. */
export interface Brought {
  /** What an executor left. */
  committed?: Committed | null;
  /** The commit of our branch that a planning step has read; null: there is no such branch. */
  planned_on?: string | null;
}

/** What an event brings is kept before it is asked what follows. */
export async function noteEvent(
  tx: Sql,
  workflow: Workflow,
  event: WorkflowEvent,
  brought: Brought,
): Promise<Workflow> {
  if (event.kind === "committed" && workflow.status === "running" && brought.committed) {
    return await noteCommit(tx, workflow, brought.committed);
  }
  if (event.kind === "step_ended" && event.status === "completed") {
    return workflow.status === "running"
      ? await noteResult(tx, workflow, event.step, event.result, brought.planned_on ?? null)
      : workflow;
  }
  const asks = event.kind === "asked_again" && workflow.waits_for === "pull_request" ||
    event.kind === "decided" && event.decision === "sent_back";
  return asks ? await noteAsker(tx, workflow, event.by) : workflow;
}

async function noteCommit(
  tx: Sql,
  workflow: Workflow,
  { branch, base_branch, base_commit, commit }: Committed,
): Promise<Workflow> {
  await tx`
    update workflows set branch = ${branch}, base_branch = ${base_branch},
      base_commit = ${base_commit}, head_commit = ${commit}, planned_on = null
    where workflow_id = ${workflow.workflow_id}`;
  return { ...workflow, branch, base_branch, base_commit, head_commit: commit, planned_on: null };
}

async function noteResult(
  tx: Sql,
  workflow: Workflow,
  step: string,
  result: unknown,
  planned_on: string | null,
): Promise<Workflow> {
  const { workflow_id } = workflow;
  if (step === "brain") {
    const { class: kind } = brainResult.parse(result);
    await tx`update workflows set class = ${kind} where workflow_id = ${workflow_id}`;
    return { ...workflow, class: kind };
  }
  if (step !== "planning") return workflow;
  const written = plan.parse(result);
  await tx`
    update workflows set plan = ${storableJson(written)}::text::jsonb, planned_on = ${planned_on}
    where workflow_id = ${workflow_id}`;
  return { ...workflow, plan: written, planned_on };
}

/** Nobody approves what they have asked for themselves, where that is barred. */
async function noteAsker(tx: Sql, workflow: Workflow, by: PersonKey): Promise<Workflow> {
  const known = workflow.askers.some(({ key }) => key === by.key);
  const askers = known ? workflow.askers : [...workflow.askers, by];
  await tx`
    update workflows set askers = ${storableJson(askers)}::text::jsonb
    where workflow_id = ${workflow.workflow_id}`;
  return { ...workflow, askers };
}

import type { Sql } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { newId } from "@/db/ids.ts";
import { nudge } from "@/db/queue.ts";
import { storable, storableJson } from "@/db/storable.ts";
import type { Step } from "@/db/nouns/step.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { approvedPlan } from "@/db/workflows/approved_plan.ts";
import { planHash } from "@/db/workflows/plan_hash.ts";

const SAYS: Record<Step, string> = {
  brain: "Understand the request",
  planning: "Write a plan",
  executor: "Carry out the plan",
  verifier: "Verify the change",
  "self-improvement": "Propose what to do better",
};

/** Queues the step's task. A second one of a step that is under way is refused by a unique index. */
export async function startStep(tx: Sql, workflow: Workflow, step: Step): Promise<string> {
  const { workflow_id, flow_id, conversation_id, asked, repository, round } = workflow;
  const task_id = newId();
  const [root] = await tx<{ task_id: string }[]>`
    select task_id from tasks where workflow_id = ${workflow_id} order by task_id limit 1`;
  const raised_by = step === "executor" ? await approvedBy(tx, workflow) : null;
  await tx`
    insert into tasks (task_id, assigned_agent, tool_profile, profile_raised_by, source,
      source_metadata, requires_repository, flow_id, external_id, conversation_id, parent_task_id,
      input_message, workflow_id, step, round)
    values (${task_id}, ${step}, ${step === "executor" ? "full" : "read"}, ${raised_by}, 'workflow',
      ${storableJson(asked.source_metadata)}::text::jsonb, ${repository !== null}, ${flow_id},
      (select external_id from flows where flow_id = ${flow_id}), ${conversation_id},
      ${root?.task_id ?? null}, ${storable(`${SAYS[step]}: ${asked.title}`)}, ${workflow_id},
      ${step}, ${round})`;
  await addEvent(tx, "task.created", task_id, {
    status: "queued",
    assigned_agent: step,
    source: "workflow",
    conversation_id,
    flow_id,
  });
  await nudge(tx, "run_task", [task_id]);
  return task_id;
}

/** Nothing but a yes to this very plan and note lets an executor run: without one this throws. */
async function approvedBy(tx: Sql, { workflow_id, plan, note }: Workflow): Promise<string> {
  const approved = await approvedPlan(tx, workflow_id);
  const is_this = approved !== null && plan !== null && note === approved.note &&
    planHash(plan) === planHash(approved.plan);
  if (is_this) return approved.decided_by;
  throw new Error(`No approval of workflow ${workflow_id} lets an executor run`);
}

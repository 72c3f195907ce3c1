import type { Sql } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { newId } from "@/db/ids.ts";
import { storableJson } from "@/db/storable.ts";
import { planHash } from "@/db/workflows/plan_hash.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";

/** Asks for a yes to the workflow's plan, by the task that wrote it last. */
export async function requestApproval(tx: Sql, workflow: Workflow): Promise<void> {
  const { workflow_id, flow_id, plan, planned_on, note, rules } = workflow;
  if (!plan) throw new Error(`Workflow ${workflow_id} has no plan to approve`);
  const approval_id = newId();
  const [first_reminder] = rules.reminders_hours.toSorted((a, b) => a - b);
  const [{ task_id }] = await tx<{ task_id: string }[]>`
    insert into approvals (approval_id, flow_id, workflow_id, task_id, plan, plan_hash, head_commit,
      wish, needed, expires_at, next_reminder_at)
    select ${approval_id}, ${flow_id}, ${workflow_id}, task_id, ${storableJson(plan)}::text::jsonb,
      ${planHash(plan)}, ${planned_on}, ${note}, ${rules.approvals_needed},
      now() + ${rules.approval_expires_hours} * interval '1 hour',
      now() + ${first_reminder ?? null}::float8 * interval '1 hour'
    from tasks where workflow_id = ${workflow_id} and step = 'planning'
    order by task_id desc limit 1
    returning task_id`;
  await addEvent(tx, "approval.requested", task_id, { approval_id, flow_id, workflow_id });
}

/** Rows of a flow's work, as the parts that run it leave them. */
import type { Database } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { WORKFLOW_PARTS } from "@/db/nouns/step.ts";
import { workflowRules } from "@/db/nouns/workflow.ts";
import { advance } from "@/db/workflows/advance.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";
import { PLAN } from "@/tests/helpers/plans.ts";

/** The newest workflow waits for a yes to a plan. */
export async function planWaits({ sql }: Database, plan_hash = "hash of the plan") {
  const approval_id = newId();
  await sql`update tasks set status = 'completed', completed_at = now() where workflow_id is not null`;
  const [{ workflow_id, flow_id }] = await sql`
    update workflows set status = 'waiting', waits_for = 'approval', failed_step = null
    where workflow_id = (select max(workflow_id::text)::uuid from workflows)
    returning workflow_id, flow_id`;
  await sql`
    insert into approvals (approval_id, flow_id, workflow_id, task_id, plan, plan_hash, needed,
      expires_at)
    select ${approval_id}, ${flow_id}, ${workflow_id}, t.task_id, ${sql.json(PLAN)}, ${plan_hash},
      1, now() + interval '1 hour'
    from tasks t where t.workflow_id = ${workflow_id} limit 1`;
  return { approval_id, workflow_id, flow_id };
}

/** A workflow whose plan waits for a yes, by rows alone. */
export async function waitingPlan(
  db: Database,
  { asked_by = "github:1", rules = {} }: {
    asked_by?: string;
    rules?: Record<string, unknown>;
  } = {},
) {
  const record = acceptRecord();
  const [task] = record.tasks;
  const workflow_id = newId();
  const asked = {
    prompt: "Mend it.",
    title: "It broke",
    url: null,
    number: "7",
    by: { provider: "github", id: "1", name: "anna", email: null },
    trust: "trusted",
    hidden: [],
    description: "",
    source_metadata: task.source_metadata,
  };
  const steps = [...WORKFLOW_PARTS];
  const kept = workflowRules.parse(rules);
  const work = {
    workflow_id,
    command: "fix",
    steps,
    asked_by,
    rules: kept,
    repository: null,
    asked,
  };
  await acceptDelivery(db, {
    ...record,
    tasks: [{ ...task, workflow_id, step: "planning", round: 1, assigned_agent: "planning" }],
    workflows: [{ ...work, if_refused: [] }],
  });
  await db.sql`update tasks set status = 'completed', completed_at = now()
    where task_id = ${task.task_id}`;
  const ended = { kind: "step_ended", step: "planning", status: "completed" } as const;
  await db.sql.begin((tx) => advance(tx, workflow_id, { ...ended, result: PLAN }));
  const [{ approval_id, flow_id }] = await db.sql<{ approval_id: string; flow_id: string }[]>`
    select approval_id, flow_id from approvals where workflow_id = ${workflow_id}`;
  return { approval_id, workflow_id, flow_id };
}

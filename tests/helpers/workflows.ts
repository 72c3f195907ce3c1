/** Rows of a flow's work, as the parts that run it leave them. */
import type { Database } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
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

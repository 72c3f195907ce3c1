import type { Database } from "@/db/client.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";

/** How a flow stands when something comes in that may concern its work. */
export interface FlowSituation {
  /** The flow that made the pull request, where the delivery is about one of ours. */
  flow_id: string;
  workflow:
    | Pick<Workflow, "workflow_id" | "command" | "status" | "waits_for" | "error">
    | null;
  approval: { approval_id: string; plan_hash: string } | null;
}

/** Its open workflow, and the plan that waits for a yes there; one query. */
export async function situationOf({ sql }: Database, flow_id: string): Promise<FlowSituation> {
  const [row] = await sql<
    {
      flow_id: string;
      workflow: FlowSituation["workflow"];
      approval: FlowSituation["approval"];
    }[]
  >`
    select f.flow_id,
      case when w.workflow_id is not null then
        jsonb_build_object('workflow_id', w.workflow_id, 'command', w.command,
          'status', w.status, 'waits_for', w.waits_for, 'error', w.error) end as workflow,
      case when a.approval_id is not null then
        jsonb_build_object('approval_id', a.approval_id, 'plan_hash', a.plan_hash) end as approval
    from (select coalesce(
        (select behind.flow_id from flow_aliases behind where behind.alias_flow_id = ${flow_id}),
        ${flow_id}) as flow_id) f
      left join workflows w on w.flow_id = f.flow_id and w.ended_at is null
      left join approvals a on a.workflow_id = w.workflow_id and a.status = 'pending'
        and a.expires_at > now()`;
  return row;
}

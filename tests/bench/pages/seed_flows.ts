import type { Sql } from "@/db/client.ts";
import { PLAN } from "@/tests/helpers/plans.ts";

/** Every tenth outside thing was planned and approved, and nearly all of those are done. */
export async function seedFlows(sql: Sql): Promise<void> {
  const asked = {
    prompt: "Fix it.",
    title: "It breaks",
    url: null,
    number: "7",
    by: { provider: "github", id: "1", name: "octocat" },
    trust: "trusted",
    source_metadata: {},
  };
  await sql`
    create temp table work as
    select flow_id, conversation_id, created_at as at, n,
      case when n <= 5 then 'waiting' when n <= 8 then 'failed' when n % 20 = 0 then 'stopped'
        else 'done' end as status,
      pg_temp.id_at(created_at, n) as workflow_id
    from (select f.*, row_number() over (order by created_at desc) as n from flows f
      where right(external_id, 1) = '6') f`;
  await sql`
    insert into workflows (workflow_id, flow_id, conversation_id, command, steps, status, waits_for,
      asked, asked_by, error, failed_step, end_text, created_at, ended_at)
    select workflow_id, flow_id, conversation_id, 'fix', '{planning,approval,executor}', status,
      case when status = 'waiting' then 'approval' end, ${sql.json(asked)}, 'github:1',
      case when status = 'failed' then 'The push was refused.' end,
      case when status = 'failed' then 'publish' end,
      case when status in ('done', 'stopped') then 'It is over.' end, at,
      case when status in ('done', 'stopped') then at + interval '1 hour' end
    from work`;
  await sql`
    insert into approvals (approval_id, flow_id, workflow_id, task_id, status, plan, plan_hash,
      needed, requested_at, expires_at, decided_at, decided_by, decided_via)
    select w.workflow_id, w.flow_id, w.workflow_id, t.task_id,
      case when w.status = 'waiting' then 'pending' when w.status = 'stopped' then 'rejected'
        else 'approved' end, ${sql.json(PLAN)}, md5(w.flow_id), 1, w.at, w.at + interval '3 days',
      case when w.status <> 'waiting' then w.at + interval '1 minute' end, 'admin', 'dashboard'
    from work w cross join lateral (
      select task_id from tasks t where t.flow_id = w.flow_id limit 1) t`;
}

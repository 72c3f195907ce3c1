import type { Database, Sql } from "@/db/client.ts";
import { entryText } from "@/db/flows/entry_text.ts";
import type { TimelineEntry, TimelineKind } from "@/db/nouns/flow.ts";

const MOST = 500;

interface Row extends Omit<TimelineEntry, "text"> {
  data: Record<string, unknown>;
}

/** What happened in these flows, as one story, the oldest first: its newest 500 events. */
export async function timeline(
  { sql }: Database,
  flow_ids: readonly string[],
): Promise<TimelineEntry[]> {
  const ids = [...flow_ids];
  const parts = Object.entries(PARTS).map(([kind, part], n) =>
    sql`(select ${kind}::text as kind, ${n}::int as n, e.* from (${part(sql, ids)}) e
      order by e.at desc limit ${MOST})`
  );
  const all = parts.reduce((before, part) => sql`${before} union all ${part}`);
  const rows = await sql<(Row & { kind: string })[]>`
    select * from (select * from (${all}) e order by at desc, n desc, id desc limit ${MOST}) e
    order by at, n, id`;
  return rows.map(({ at, kind, id, flow_id, data }) => {
    const known = kind.split(":")[0] as TimelineKind;
    return { at, kind: known, text: entryText(kind, data), id, flow_id };
  });
}

type Part = (sql: Sql, flow_ids: string[]) => ReturnType<Sql>;

/** In the order in which one commit brings them. Each with `at`, `id`, `flow_id` and the `data` of which its text is made. */
const PARTS: Record<string, Part> = {
  delivery: (sql, ids) =>
    sql`
    select received_at as at, delivery_id::text as id, flow_id, jsonb_build_object(
      'provider', provider, 'event', event_type, 'actor', actor ->> 'name',
      'outcome', outcome, 'reason', reason) as data
    from deliveries where flow_id = any (${ids}) and outcome in ('accepted', 'ignored')
      and replay_of is null`,
  "task:ended": (sql, ids) =>
    sql`
    select t.completed_at as at, t.task_id::text as id, t.flow_id, jsonb_build_object(
      'agent', t.assigned_agent, 'step', t.step, 'round', t.round, 'status', t.status,
      'error', t.error, 'cost_usd', t.cost_usd) as data
    from tasks t where t.flow_id = any (${ids}) and t.completed_at is not null`,
  plan: (sql, ids) =>
    sql`
    select requested_at as at, approval_id::text as id, flow_id, jsonb_build_object(
      'title', plan ->> 'title', 'risk', plan ->> 'risk_level',
      'files', jsonb_array_length(plan -> 'files_affected')) as data
    from approvals where flow_id = any (${ids})`,
  approval: (sql, ids) =>
    sql`
    select decided_at as at, approval_id::text as id, flow_id, jsonb_build_object(
      'status', status, 'by', case when status <> 'void' then decided_by end,
      'via', case when status <> 'void' then decided_via end,
      'note', case when status = 'void' then void_reason else note end) as data
    from approvals where flow_id = any (${ids}) and decided_at is not null`,
  commit: (sql, ids) =>
    sql`
    select created_at as at, change_id::text as id, flow_id, jsonb_build_object(
      'commit', commit, 'files', jsonb_array_length(files), 'signed', is_signed,
      'status', status, 'error', last_error) as data
    from changes where flow_id = any (${ids}) and kind = 'publish'
      and workflow_id in (select workflow_id from workflows where flow_id = any (${ids}))`,
  pull_request: (sql, ids) =>
    sql`
    select created_at as at, repository || '#' || number as id, flow_id, jsonb_build_object(
      'number', number, 'repository', repository, 'branch', branch) as data
    from pull_requests where flow_id = any (${ids})`,
  checks: (sql, ids) =>
    sql`
    select updated_at as at, repository || '#' || number as id, flow_id, jsonb_build_object(
      'checks', checks, 'head', head) as data
    from pull_requests where flow_id = any (${ids}) and checks in ('green', 'red')`,
  news: (sql, ids) =>
    sql`
    select created_at as at, news_id::text as id, flow_id, jsonb_build_object(
      'kind', kind, 'provider', provider, 'outcome', outcome) as data
    from flow_news where flow_id = any (${ids})`,
  "task:begun": (sql, ids) =>
    sql`
    select t.created_at as at, t.task_id::text as id, t.flow_id, jsonb_build_object(
      'agent', t.assigned_agent, 'step', t.step, 'round', t.round) as data
    from tasks t where t.flow_id = any (${ids})`,
  reply: (sql, ids) =>
    sql`
    select coalesce(r.sent_at, r.created_at) as at, r.reply_id::text as id, t.flow_id,
      jsonb_build_object('kind', r.kind, 'provider', r.provider, 'status', r.status,
        'notice', r.notice, 'error', case when r.status = 'failed' then r.last_error end) as data
    from (
      select reply_id, flow_id from tasks join replies using (task_id) where flow_id = any (${ids})
      union
      select reply_id, flow_id from workflows join replies using (workflow_id)
      where flow_id = any (${ids})) t join replies r using (reply_id)`,
  end: (sql, ids) =>
    sql`
    select ended_at as at, workflow_id::text as id, flow_id, jsonb_build_object(
      'status', status, 'text', end_text) as data
    from workflows where flow_id = any (${ids}) and ended_at is not null`,
};

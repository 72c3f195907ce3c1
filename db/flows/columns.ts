import type { Sql } from "@/db/client.ts";

/** The newest: whoever may write somewhere can name any number of things there. */
const MOST_LINKS = 100;

/** Behind `flows f`: what its work, tasks, links and pull request say. */
export const flowTables = (sql: Sql) =>
  sql`
  left join lateral (
    select w.status, w.waits_for, w.error, w.ended_at from workflows w where w.flow_id = f.flow_id
    order by w.workflow_id desc limit 1) w on true
  cross join lateral (
    select ${totalsColumns(sql)}, coalesce(bool_or(t.completed_at is null), false) as is_active
    from tasks t where t.flow_id = f.flow_id) t
  left join lateral (
    select jsonb_build_object('url', p.url, 'number', p.number, 'state', p.state,
      'is_draft', p.is_draft, 'branch', p.branch, 'head', p.head) as pull_request
    from pull_requests p where p.flow_id = f.flow_id order by p.created_at desc limit 1) p on true
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('flow_id', o.flow_id, 'title', o.title,
      'evidence', l.evidence) order by l.created_at), '[]') as linked
    from (select * from (${linksOf(sql)}) k order by k.created_at desc limit ${MOST_LINKS}) l
      join flows o on o.flow_id = l.other) l`;

export const flowColumns = (sql: Sql) =>
  sql`
  f.flow_id, f.provider, f.external_id, f.title, f.url, ${flowStatus(sql)} as status,
  case when w.status = 'waiting' then w.waits_for end as waits_for,
  case when w.status = 'failed' then w.error end as error,
  f.conversation_id, l.linked, p.pull_request, t.tasks, t.cost_usd, t.input_tokens, t.output_tokens,
  t.cache_read_tokens, t.cache_creation_tokens, t.duration_seconds, f.created_at as started_at,
  case when ${flowStatus(sql)} in ('done', 'stopped') then w.ended_at end as ended_at`;

/** What counts is the work that is under way, then the tasks beside it, then how the last ended. */
const flowStatus = (sql: Sql) =>
  sql`
  case when w.status in ('running', 'waiting') then w.status
    when w.status = 'failed' then 'stopped'
    when t.is_active then 'running'
    else coalesce(w.status, 'open') end`;

/** Both ends of a link see it. */
const linksOf = (sql: Sql) =>
  sql`
  select k.linked_flow_id as other, k.evidence, k.created_at from flow_links k
  where k.flow_id = f.flow_id and k.undone_at is null
  union all
  select k.flow_id, k.evidence, k.created_at from flow_links k
  where k.linked_flow_id = f.flow_id and k.undone_at is null`;

/** The sums over `tasks t`. */
export const totalsColumns = (sql: Sql) =>
  sql`
  count(*)::int as tasks, coalesce(sum(t.cost_usd), 0)::float8 as cost_usd,
  coalesce(sum(t.input_tokens), 0)::float8 as input_tokens,
  coalesce(sum(t.output_tokens), 0)::float8 as output_tokens,
  coalesce(sum(t.cache_read_tokens), 0)::float8 as cache_read_tokens,
  coalesce(sum(t.cache_creation_tokens), 0)::float8 as cache_creation_tokens,
  coalesce(sum(extract(epoch from coalesce(t.completed_at, now()) - t.started_at)), 0)::float8
    as duration_seconds`;

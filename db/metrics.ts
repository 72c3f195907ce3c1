import type { Database } from "@/db/client.ts";
import type { ReplyEnd, ReplyKind } from "@/db/nouns/reply.ts";

export interface SharedFigures {
  queued_tasks: number;
  running_tasks: number;
  pending_replies: number;
  /** Age of the oldest one; 0 when nothing waits. */
  oldest_queued_task_seconds: number;
  oldest_pending_reply_seconds: number;
  connections: { application: string; state: string; count: number }[];
  pool_max: number;
  replies: { provider: string; kind: ReplyKind; what: ReplyEnd; count: number }[];
}

/** Reads by partial indexes and small tables: a million ended tasks cost nothing here. */
export async function readSharedFigures({ sql }: Database): Promise<SharedFigures> {
  const [row] = await sql<Omit<SharedFigures, "pool_max">[]>`
    with waiting as (
      select count(*) as count, min(task_id::text) as oldest from tasks where status = 'queued'
    ), pending as (
      select count(*) as count, min(reply_id::text) as oldest from replies where status = 'pending'
    ), connected as (
      select application_name as application, coalesce(state, 'other') as state,
        count(*)::integer as count
      from pg_stat_activity
      where datname = current_database()
        and application_name in ('server', 'worker', current_setting('application_name'))
      group by 1, 2
    ), replied as (
      select provider, kind, what, sum(count)::bigint as count
      from reply_counts group by provider, kind, what
    )
    select waiting.count as queued_tasks,
      (select count(*) from tasks where status = 'running') as running_tasks,
      pending.count as pending_replies,
      coalesce(extract(epoch from now() - (
        select created_at from tasks where task_id = waiting.oldest::uuid))::float8, 0)
        as oldest_queued_task_seconds,
      coalesce(extract(epoch from now() - (
        select created_at from replies where reply_id = pending.oldest::uuid))::float8, 0)
        as oldest_pending_reply_seconds,
      coalesce((select jsonb_agg(c) from connected c), '[]') as connections,
      coalesce((select jsonb_agg(r) from replied r), '[]') as replies
    from waiting, pending`;
  return { ...row, pool_max: sql.options.max };
}

import type { Database } from "@/db/client.ts";

/** The figures of the overview page. `today` is the current day in UTC. */
export interface Overview {
  queued: number;
  running: number;
  completed_today: number;
  failed_today: number;
  cancelled_today: number;
  cost_usd_today: number;
  input_tokens_today: number;
  output_tokens_today: number;
  oldest_queued_seconds: number | null;
}

/** Reads through partial and time indexes: a million finished tasks cost nothing here. */
export async function readOverview({ sql }: Database): Promise<Overview> {
  const [row] = await sql<Overview[]>`
    with today as (
      select * from tasks
      where completed_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc'
    )
    select
      (select count(*) from tasks where status = 'queued') as queued,
      (select count(*) from tasks where status = 'running') as running,
      (select extract(epoch from now() - min(created_at))::float8 from tasks
        where status = 'queued') as oldest_queued_seconds,
      count(*) filter (where status = 'completed') as completed_today,
      count(*) filter (where status = 'failed') as failed_today,
      count(*) filter (where status = 'cancelled') as cancelled_today,
      coalesce(sum(cost_usd), 0) + (select coalesce(sum(cost_usd), 0) from tasks
        where status = 'running') as cost_usd_today,
      coalesce(sum(input_tokens), 0)::bigint as input_tokens_today,
      coalesce(sum(output_tokens), 0)::bigint as output_tokens_today
    from today`;
  return row;
}

/** Cost of the tasks that ended in each of the last `days` days (UTC), oldest first, no gaps. */
export async function costByDay(
  { sql }: Database,
  days: number,
): Promise<{ day: string; cost_usd: number; tasks: number }[]> {
  return await sql<{ day: string; cost_usd: number; tasks: number }[]>`
    select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(sum(t.cost_usd), 0) as cost_usd,
      count(t.task_id) as tasks
    from generate_series(date_trunc('day', now() at time zone 'utc') - (${
    days - 1
  } * interval '1 day'),
        date_trunc('day', now() at time zone 'utc'), '1 day') as d (day)
      left join tasks t on t.completed_at >= d.day at time zone 'utc'
        and t.completed_at < (d.day + interval '1 day') at time zone 'utc'
    group by d.day order by d.day`;
}

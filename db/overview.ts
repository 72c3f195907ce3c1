import type { Database } from "@/db/client.ts";

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

/** Ended tasks come as totals by day (`task_days`), the others through partial indexes. */
export async function readOverview({ sql }: Database): Promise<Overview> {
  const [row] = await sql<Overview[]>`
    with waiting as (
      select count(*) as queued,
        extract(epoch from now() - min(created_at))::float8 as oldest_queued_seconds
      from tasks where status = 'queued'
    ), under_way as (
      select count(*) as running, coalesce(sum(cost_usd), 0) as cost_usd
      from tasks where status = 'running'
    ), today as (
      select coalesce(sum(completed), 0)::bigint as completed_today,
        coalesce(sum(failed), 0)::bigint as failed_today,
        coalesce(sum(cancelled), 0)::bigint as cancelled_today,
        coalesce(sum(cost_usd), 0) as cost_usd,
        coalesce(sum(input_tokens), 0)::bigint as input_tokens_today,
        coalesce(sum(output_tokens), 0)::bigint as output_tokens_today
      from task_days where day >= (now() at time zone 'utc')::date
    )
    select queued, running, oldest_queued_seconds, completed_today, failed_today, cancelled_today,
      today.cost_usd + under_way.cost_usd as cost_usd_today, input_tokens_today, output_tokens_today
    from waiting, under_way, today`;
  return row;
}

/** Cost of the tasks that ended in each of the last `days` days (UTC), oldest first, no gaps. */
export async function costByDay(
  { sql }: Database,
  days: number,
): Promise<{ day: string; cost_usd: number; tasks: number }[]> {
  return await sql<{ day: string; cost_usd: number; tasks: number }[]>`
    select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(sum(t.cost_usd), 0) as cost_usd,
      coalesce(sum(t.completed + t.failed + t.cancelled), 0)::bigint as tasks
    from generate_series((now() at time zone 'utc')::date - ${days - 1}::int,
        (now() at time zone 'utc')::date, '1 day') as d (day)
      left join task_days t on t.day = d.day
    group by d.day order by d.day`;
}

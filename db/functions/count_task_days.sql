-- What `task_days` has to hold, by the tasks themselves.
create or replace function count_task_days() returns setof task_days language sql stable as $$
  select (completed_at at time zone 'utc')::date, 0::smallint,
    count(*) filter (where status = 'completed'), count(*) filter (where status = 'failed'),
    count(*) filter (where status = 'cancelled'), sum(cost_usd), sum(input_tokens)::bigint,
    sum(output_tokens)::bigint
  from tasks where completed_at is not null group by 1
$$;

-- Adds a task that ended to one of eight rows of its day, so that few wait for each other.
create or replace function count_task_end() returns trigger language plpgsql as $$
begin
  insert into task_days as d (day, shard, completed, failed, cancelled, cost_usd, input_tokens,
    output_tokens)
  values ((new.completed_at at time zone 'utc')::date, floor(random() * 8),
    (new.status = 'completed')::int, (new.status = 'failed')::int,
    (new.status = 'cancelled')::int, new.cost_usd, new.input_tokens, new.output_tokens)
  on conflict (day, shard) do update set completed = d.completed + excluded.completed,
    failed = d.failed + excluded.failed, cancelled = d.cancelled + excluded.cancelled,
    cost_usd = d.cost_usd + excluded.cost_usd,
    input_tokens = d.input_tokens + excluded.input_tokens,
    output_tokens = d.output_tokens + excluded.output_tokens;
  return null;
end $$;

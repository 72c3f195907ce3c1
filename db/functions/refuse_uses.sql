-- Which commands would be used more often in an hour than one person, or all people together, may.
-- Notes the uses of the others.
create or replace function refuse_uses(items jsonb)
returns table (delivery_id uuid, name text, reason text)
language plpgsql as $$
#variable_conflict use_column
declare
  limited text;
begin
  -- Nobody waits for what is used up already: a flood of it holds up nothing.
  for limited in
    select u.use_key
    from jsonb_to_recordset(items) as i (uses jsonb),
      jsonb_to_recordset(i.uses) as u (use_key text, person text, hourly_limit integer,
        webhook_hourly_limit integer)
    where u.hourly_limit is not null
      and uses_last_hour_by(u.use_key, u.person, u.hourly_limit) < u.hourly_limit
    group by u.use_key
    having uses_last_hour(u.use_key, max(u.webhook_hourly_limit)) < max(u.webhook_hourly_limit)
    order by 1
  loop
    perform pg_advisory_xact_lock(hashtextextended(limited, 0));
  end loop;

  return query
  with asked as (
    select i.delivery_id, u.*,
      row_number() over (partition by u.use_key, u.person order by i.delivery_id) as place
    from jsonb_to_recordset(items) as i (delivery_id uuid, uses jsonb),
      jsonb_to_recordset(i.uses) as u (name text, use_key text, person text,
        hourly_limit integer, webhook_hourly_limit integer)
    where u.hourly_limit is not null
  ), used_by_person as (
    select use_key, person, uses_last_hour_by(use_key, person, max(hourly_limit)) as count
    from asked group by use_key, person
  ), used_at_webhook as (
    select use_key, uses_last_hour(use_key, max(webhook_hourly_limit)) as count
    from asked group by use_key
  ), judged as (
    select a.*, u.count + a.place > a.hourly_limit as too_many_by_person
    from asked a join used_by_person u using (use_key, person)
  ), allowed as (
    -- What one person asked for in vain takes no place from the others.
    select j.delivery_id, j.use_key, row_number() over (
      partition by j.use_key order by j.delivery_id) as place
    from judged j where not j.too_many_by_person
  ), verdicts as (
    select j.*, w.count + a.place > j.webhook_hourly_limit as too_many_at_webhook
    from judged j join used_at_webhook w using (use_key)
      left join allowed a using (delivery_id, use_key)
  ), noted as (
    insert into command_uses (use_key, person, delivery_id)
    select v.use_key, v.person, v.delivery_id from verdicts v
    where not v.too_many_by_person and not v.too_many_at_webhook
  )
  select v.delivery_id, v.name, case when v.too_many_by_person
    then format('more than %s uses in an hour by %s: the limit of this command for one person, by '
      'its max_per_hour or COMMANDS_PER_HOUR', v.hourly_limit,
      case v.person when '' then 'events that no person caused' else 'the same person' end)
    else format('more than %s uses in an hour: the limit of this command for all people together, '
      'ten times its max_per_hour or COMMANDS_PER_HOUR', v.webhook_hourly_limit) end
  from verdicts v where v.too_many_by_person or v.too_many_at_webhook;
end $$;

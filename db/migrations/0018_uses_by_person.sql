-- A command's hourly limit counts by who asked, and ten times it for all people together.

-- Empty: no person, the event itself.
alter table command_uses add column person text not null default '';
create index command_uses_by_person on command_uses (use_key, person, used_at desc);

-- How often one person used a command within an hour, counted up to `most`.
create function uses_last_hour_by(use_key text, person text, most integer) returns bigint
language sql volatile as $$
  select count(*) from (
    select from command_uses c
    where c.use_key = uses_last_hour_by.use_key and c.person = uses_last_hour_by.person
      and c.used_at > clock_timestamp() - interval '1 hour'
    limit most) as counted
$$;

-- Which commands of fresh deliveries go beyond what they may do: more uses in an hour than one
-- person or one webhook may have, or an answer to a question that was answered meanwhile. Notes the
-- uses of the others.
create or replace function refuse_uses(items jsonb, fresh uuid[])
returns table (delivery_id uuid, name text, reason text)
language plpgsql
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  limited text;
begin
  -- Always behind the rows of the deliveries and before those of flows: nobody waits in a circle.
  -- Nobody waits at all for what is used up already: a flood of it holds up nothing.
  for limited in
    select u.use_key
    from jsonb_to_recordset(items) as i (delivery_id uuid, uses jsonb),
      jsonb_to_recordset(i.uses) as u (use_key text, person text, hourly_limit integer,
        webhook_hourly_limit integer)
    where i.delivery_id = any (fresh) and u.hourly_limit is not null
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
    where i.delivery_id = any (fresh) and u.hourly_limit is not null
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

  return query
  with answering as (
    select distinct on (i.answers) i.delivery_id, i.answers
    from jsonb_to_recordset(items) as i (delivery_id uuid, answers uuid)
    where i.delivery_id = any (fresh) and i.answers is not null
    order by i.answers, i.delivery_id
  ), answered as (
    update questions q set answered_at = now(), answered_by = a.delivery_id
    from answering a where q.question_id = a.answers and q.answered_at is null
    returning q.answered_by
  )
  select i.delivery_id, 'answer', 'the question was answered meanwhile'
  from jsonb_to_recordset(items) as i (delivery_id uuid, answers uuid)
  where i.delivery_id = any (fresh) and i.answers is not null
    and i.delivery_id not in (select answered_by from answered);
end $$;

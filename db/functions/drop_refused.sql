-- Takes out of deliveries what they may not do, in their rows too: one that does nothing then is
-- ignored. Returns those that do something; null when all of it is allowed.
create or replace function drop_refused(items jsonb) returns jsonb
language plpgsql as $$
declare
  refused jsonb;
  ignored uuid[];
begin
  with before as materialized (
    select * from refuse_uses(items) union all select * from refuse_answers(items)
  )
  select jsonb_object_agg(delivery_id, reasons) into refused from (
    select delivery_id, jsonb_object_agg(name, reason) as reasons
    from (select * from before
      union all select * from refuse_workflows(items, array(select delivery_id from before))) r
    group by delivery_id) r;
  if refused is null then
    return null;
  end if;

  with kept as (
    select i.delivery_id, (
        select jsonb_agg(case when reasons ? (c ->> 'name')
          then c || jsonb_build_object('matched', false, 'reason', reasons -> (c ->> 'name'))
          else c end)
        from jsonb_array_elements(i.commands) c) as commands,
      array(
        select t.task_id from jsonb_to_recordset(i.tasks) as t (task_id uuid, command text)
        where not reasons ? t.command) as task_ids,
      (select min(value) from jsonb_each_text(reasons)) as first_reason
    from jsonb_to_recordset(items) as i (delivery_id uuid, commands jsonb, tasks jsonb),
      lateral (select refused -> i.delivery_id::text as reasons) r
    where reasons is not null
  ), noted as (
    update deliveries d set commands = k.commands, task_ids = k.task_ids,
      outcome = case when k.commands @> '[{"matched": true}]' then d.outcome else 'ignored' end,
      reason = case when k.commands @> '[{"matched": true}]' then d.reason else k.first_reason end
    from kept k where d.delivery_id = k.delivery_id
    returning d.delivery_id, d.outcome
  )
  select array_agg(delivery_id) into ignored from noted where outcome = 'ignored';

  if cardinality(ignored) = jsonb_array_length(items) then
    return '[]';
  end if;
  return coalesce(jsonb_agg(case when refused ? (i ->> 'delivery_id')
      then without_commands(i, refused -> (i ->> 'delivery_id')) else i end), '[]')
    from jsonb_array_elements(items) i
    where ignored is null or (i ->> 'delivery_id')::uuid <> all (ignored);
end $$;

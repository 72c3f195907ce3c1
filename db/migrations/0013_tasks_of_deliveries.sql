-- A delivery without an outside object was accepted with ids of tasks that a join had lost. Of those
-- that are here already nothing can be made any more but what is true of them.
update deliveries set
  outcome = case outcome when 'accepted' then 'ignored' else outcome end,
  reason = case outcome when 'accepted' then 'its task was lost: it names no object; replay it'
    else reason end,
  commands = (
    select coalesce(jsonb_agg(case when (c ->> 'matched')::boolean
      then c || '{"matched": false, "reason": "its task was lost: replay the delivery"}'
      else c end), '[]')
    from jsonb_array_elements(commands) c),
  content_key = null,
  task_ids = '{}'
where flow_id is null and task_ids <> '{}';

alter table deliveries add constraint deliveries_tasks_have_a_flow
  check (flow_id is not null or task_ids = '{}');

-- Queues the tasks, each with its message and its event, and returns their jobs.
create or replace function start_tasks(items jsonb) returns jsonb
language plpgsql as $$
declare
  named bigint;
  made bigint;
  jobs jsonb;
begin
  with deliveries as (
    select i.*,
      -- By itself for each: a join is planned for tables of any size, and may read all flows.
      (select f.conversation_id from flows f where f.flow_id = i.flow_id) as conversation_id
    from jsonb_to_recordset(items)
      as i (flow_id text, external_id text, task_ids uuid[], tasks jsonb)
  ), wanted as (
    select t.*, d.flow_id, d.external_id, d.conversation_id
    from deliveries d,
      jsonb_to_recordset(d.tasks) as t (task_id uuid, assigned_agent text, model text,
        tool_profile text, input_message text, message text, message_id uuid,
        source_metadata jsonb, requires_repository boolean, workflow_id uuid, step text,
        round integer)
  ), new_tasks as (
    insert into tasks (task_id, assigned_agent, model, tool_profile, source, source_metadata,
      requires_repository, flow_id, external_id, conversation_id, input_message, workflow_id, step,
      round)
    select task_id, assigned_agent, model, tool_profile, 'webhook', source_metadata,
      requires_repository, flow_id, external_id, conversation_id, input_message, workflow_id, step,
      round
    from wanted
    returning task_id, assigned_agent, conversation_id
  ), new_messages as (
    insert into messages (message_id, conversation_id, role, content, task_id)
    select message_id, conversation_id, 'user', message, task_id from wanted
  ), new_events as (
    insert into events (event, task_id, data)
    select 'task.created', task_id, jsonb_build_object('task_id', task_id, 'status', 'queued',
      'assigned_agent', assigned_agent, 'source', 'webhook', 'conversation_id', conversation_id)
    from new_tasks
  )
  select count(*), coalesce(jsonb_agg(jsonb_build_object('queue', 'run_task',
      'data', jsonb_build_object('id', task_id), 'singletonKey', task_id)), '[]'),
    (select coalesce(sum(cardinality(task_ids)), 0) from deliveries)
  into made, jobs, named from new_tasks;

  if made <> named then
    raise check_violation using message =
      format('%s tasks are named and %s were made', named, made);
  end if;
  return jobs;
end $$;

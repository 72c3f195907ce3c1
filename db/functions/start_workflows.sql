-- Opens the workflows, each in the conversation of its flow.
create or replace function start_workflows(items jsonb) returns bigint
language plpgsql as $$
declare
  started bigint;
begin
  insert into workflows (workflow_id, flow_id, conversation_id, command, steps, asked, asked_by,
    repository, rules)
  select w.workflow_id, i.flow_id,
    (select f.conversation_id from flows f where f.flow_id = i.flow_id),
    w.command, w.steps, w.asked, w.asked_by, nullif(w.repository, 'null'), w.rules
  from jsonb_to_recordset(items) as i (flow_id text, workflows jsonb),
    jsonb_to_recordset(i.workflows) as w (workflow_id uuid, command text, steps text[],
      asked jsonb, asked_by text, repository jsonb, rules jsonb);
  get diagnostics started = row_count;
  return started;
end $$;

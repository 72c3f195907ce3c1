-- Begins the conversations that were asked for: the flows go on in them.
create or replace function begin_conversations(items jsonb) returns bigint
language plpgsql as $$
declare
  begun bigint;
begin
  with wanted as (
    select distinct on (i.flow_id) i.flow_id, f.conversation_id
    from jsonb_to_recordset(items)
        as i (flow_id text, flow jsonb, begins_conversation boolean),
      jsonb_to_record(i.flow) as f (conversation_id uuid)
    where i.begins_conversation order by i.flow_id
  ), moved as (
    update flows f set conversation_id = w.conversation_id
    from wanted w where f.flow_id = w.flow_id and f.conversation_id <> w.conversation_id
    returning f.flow_id, f.title, f.conversation_id
  )
  insert into conversations (conversation_id, title, source, flow_id)
  select conversation_id, title, 'webhook', flow_id from moved;
  get diagnostics begun = row_count;
  return begun;
end $$;

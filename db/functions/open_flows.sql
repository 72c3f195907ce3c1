-- Opens the flows that are not there yet, in the order of their ids, each with its conversation.
create or replace function open_flows(items jsonb) returns bigint
language plpgsql as $$
declare
  opened bigint;
begin
  with starting as (
    select distinct on (f.flow_id) f.*
    from jsonb_to_recordset(items) as i (outcome text, flow jsonb),
      jsonb_to_record(i.flow) as f (flow_id text, provider text, external_id text, title text,
        url text, conversation_id uuid)
    where i.outcome = 'accepted' and f.flow_id is not null
    order by f.flow_id
  ), new_flows as (
    insert into flows (flow_id, provider, external_id, title, url, conversation_id)
    select flow_id, provider, external_id, title, url, conversation_id
    from starting order by flow_id
    on conflict (flow_id) do nothing
    returning flow_id, title, conversation_id
  )
  insert into conversations (conversation_id, title, source, flow_id)
  select conversation_id, title, 'webhook', flow_id from new_flows;
  get diagnostics opened = row_count;
  return opened;
end $$;

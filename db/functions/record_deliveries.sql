-- Writes down deliveries, sorted by the key that others may have too, and returns those that are
-- the first of theirs.
create or replace function record_deliveries(items jsonb, bodies bytea) returns jsonb
language plpgsql as $$
#variable_conflict use_column
declare
  fresh uuid[];
begin
  with incoming as (
    select * from jsonb_to_recordset(items) as i (
      delivery_id uuid, provider text, webhook_id uuid, provider_delivery_id text, dedupe_key text,
      content_key text, replay_of uuid, event_type text, external_id text, flow_id text,
      actor jsonb, outcome text, reason text, commands jsonb, command_set text,
      other_commands_reason text, unmet smallint[], found jsonb, notes jsonb, task_ids uuid[],
      headers jsonb, body_at integer, body_length integer, body_encoding text, body_bytes integer,
      received_at timestamptz)
  ), inserted as (
    insert into deliveries (delivery_id, provider, webhook_id, provider_delivery_id, dedupe_key,
      content_key, replay_of, event_type, external_id, flow_id, actor, outcome, reason, commands,
      command_set, other_commands_reason, unmet, found, notes, task_ids, headers, body,
      body_encoding, body_bytes, received_at)
    select delivery_id, provider, webhook_id, provider_delivery_id, dedupe_key,
      content_key, replay_of, event_type, external_id, flow_id, actor, outcome, reason, commands,
      command_set, other_commands_reason, unmet, found, notes, task_ids, headers,
      nullif(substring(bodies from body_at for body_length), ''), body_encoding, body_bytes,
      received_at
    from incoming order by coalesce(content_key, dedupe_key)
    on conflict do nothing
    returning delivery_id
  )
  select array_agg(delivery_id) into fresh from inserted;

  if cardinality(fresh) = jsonb_array_length(items) then
    return items;
  end if;
  return coalesce(jsonb_agg(i), '[]') from jsonb_array_elements(items) i
    where (i ->> 'delivery_id')::uuid = any (fresh);
end $$;

-- What to answer where some came before: the ids of the first ones. Writes the others down as
-- duplicates of these.
create or replace function answer_duplicates(items jsonb)
returns table (n integer, outcome text, delivery_id uuid, task_ids uuid[])
language plpgsql as $$
#variable_conflict use_column
begin
  return query
  with answered as (
    select i.*, first.delivery_id as first_id, first.dedupe_key as first_key,
      first.flow_id as first_flow_id, first.outcome as first_outcome, first.task_ids as first_tasks
    from jsonb_to_recordset(items) as i (n integer, delivery_id uuid, provider text,
        webhook_id uuid, provider_delivery_id text, dedupe_key text, content_key text,
        event_type text, external_id text, flow_id text, actor jsonb, body_bytes integer,
        received_at timestamptz),
      lateral first_delivery(i.dedupe_key, i.content_key) first
  ), noted as (
    insert into deliveries (delivery_id, provider, webhook_id, provider_delivery_id, event_type,
      external_id, flow_id, actor, outcome, reason, task_ids, duplicate_of, body_bytes, received_at)
    select a.delivery_id, a.provider, a.webhook_id, a.provider_delivery_id, a.event_type,
      a.external_id, coalesce(a.first_flow_id, a.flow_id), a.actor, 'duplicate',
      case when a.first_key = a.dedupe_key then 'redelivery of ' else 'the same came with ' end
        || a.first_id,
      a.first_tasks, a.first_id, a.body_bytes, a.received_at
    from answered a where a.first_id <> a.delivery_id
  )
  select a.n, case when a.first_id = a.delivery_id then a.first_outcome else 'duplicate' end,
    a.first_id, a.first_tasks
  from answered a;
end $$;

-- The first delivery of this name or of this content.
create or replace function first_delivery(dedupe_key text, content_key text) returns deliveries
language sql stable as $$
  select d from deliveries d where d.dedupe_key = first_delivery.dedupe_key
  union all
  select d from deliveries d where d.content_key = first_delivery.content_key
  limit 1
$$;

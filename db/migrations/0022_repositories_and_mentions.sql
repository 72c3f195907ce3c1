-- Which repository a workflow is about where what comes in has none.
alter table webhooks
  add column repository text,
  add column repositories text[] not null default '{}';

-- Outside things that are named in what people wrote: an address, or a key such as TEA-12. One that
-- is heard of later finds here who named it.
create table flow_mentions (
  name text not null,
  flow_id text not null references flows,
  evidence text not null,
  created_at timestamptz not null default now(),
  primary key (name, flow_id)
);
create index flow_mentions_by_flow on flow_mentions (flow_id);

create index flows_by_url on flows using hash (url) where url is not null;
create index flows_by_key on flows (external_id) where external_id ~ '^[A-Z][A-Z0-9_]+-[0-9]+$';

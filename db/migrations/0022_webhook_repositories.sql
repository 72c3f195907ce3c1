-- Which repository a workflow is about where what comes in has none.
alter table webhooks
  add column repository text,
  add column repositories text[] not null default '{}';

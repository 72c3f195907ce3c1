-- The spine: deliveries, flows, conversations, tasks and their output, replies, machines, sign-in.
-- Ids are UUIDv7 made by the application, so newest-first lists are ordered by primary key.

create table deliveries (
  delivery_id uuid primary key,
  provider text not null,
  webhook_id uuid,
  provider_delivery_id text,
  -- Only a delivery that was read can be repeated; refused ones prove nothing about their id.
  dedupe_key text,
  event_type text,
  external_id text,
  flow_id text,
  actor jsonb not null default '{}',
  outcome text not null check (outcome in ('accepted', 'ignored', 'duplicate', 'refused', 'invalid')),
  reason text,
  commands jsonb not null default '[]',
  task_ids uuid[] not null default '{}',
  duplicate_of uuid,
  headers jsonb not null default '{}',
  body bytea,
  body_encoding text not null default 'gzip' check (body_encoding in ('gzip', 'identity')),
  body_bytes integer not null default 0,
  received_at timestamptz not null default now(),
  answered_ms real,
  check (dedupe_key is null or outcome in ('accepted', 'ignored'))
);
alter table deliveries alter column body set storage external;
create unique index deliveries_dedupe on deliveries (dedupe_key) where dedupe_key is not null;
create index deliveries_by_outcome on deliveries (outcome, delivery_id desc);
create index deliveries_by_flow on deliveries (flow_id, delivery_id desc) where flow_id is not null;

create table flows (
  flow_id text primary key,
  provider text not null,
  external_id text not null,
  title text not null default '',
  url text,
  conversation_id uuid not null,
  created_at timestamptz not null default now()
);

create table conversations (
  conversation_id uuid primary key,
  title text not null,
  source text not null check (source in ('chat', 'webhook', 'api')),
  flow_id text references flows,
  created_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index conversations_by_update on conversations (updated_at desc, conversation_id desc);

create table tasks (
  task_id uuid primary key,
  status text not null default 'queued'
    check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  assigned_agent text not null,
  model text,
  tool_profile text not null check (tool_profile in ('read', 'edit', 'full')),
  source text not null check (source in ('chat', 'webhook', 'api', 'subagent', 'workflow')),
  source_metadata jsonb not null default '{}',
  requires_repository boolean not null default false,
  flow_id text,
  external_id text,
  conversation_id uuid not null references conversations,
  session_id uuid,
  parent_task_id uuid references tasks,
  retry_of uuid,
  input_message text not null,
  output text,
  error text,
  cost_usd double precision not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cache_read_tokens bigint not null default 0,
  cache_creation_tokens bigint not null default 0,
  num_turns integer not null default 0,
  attempt integer not null default 1 check (attempt >= 1),
  cli_session_id uuid,
  machine_id text,
  worker_id uuid,
  last_seq integer not null default 0,
  stop_requested_at timestamptz,
  stopped_by text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  check ((status = 'running') = (worker_id is not null)),
  check ((status in ('completed', 'failed', 'cancelled')) = (completed_at is not null))
) with (fillfactor = 80);
create unique index tasks_one_running_root on tasks (conversation_id)
  where status = 'running' and parent_task_id is null;
create index tasks_queued on tasks (conversation_id, task_id) where status = 'queued';
create index tasks_running on tasks (worker_id) where status = 'running';
create index tasks_by_status on tasks (status, task_id desc);
create index tasks_by_conversation on tasks (conversation_id, task_id desc);
create index tasks_by_flow on tasks (flow_id, task_id desc) where flow_id is not null;
create index tasks_by_agent on tasks (assigned_agent, task_id desc);
create index tasks_by_source on tasks (source, task_id desc);
create index tasks_by_completion on tasks (completed_at, cost_usd) where completed_at is not null;

create table task_output (
  task_id uuid not null references tasks on delete cascade,
  seq integer not null,
  attempt integer not null,
  kind text not null
    check (kind in ('text', 'thinking', 'tool_use', 'tool_result', 'system', 'error', 'result')),
  text text,
  data jsonb,
  message_id text,
  parent_tool_use_id text,
  at timestamptz not null default clock_timestamp(),
  primary key (task_id, seq)
);

-- A message is closed by joining its rows, in a task that may have a million others.
create index task_output_by_message on task_output (task_id, message_id, seq)
  where message_id is not null;

create table task_inputs (
  input_id uuid primary key,
  task_id uuid not null references tasks on delete cascade,
  message text not null,
  sent_by text,
  created_at timestamptz not null default now(),
  taken_at timestamptz
);
create index task_inputs_waiting on task_inputs (task_id, input_id) where taken_at is null;

create table messages (
  message_id uuid primary key,
  conversation_id uuid not null references conversations on delete cascade,
  role text not null check (role in ('user', 'assistant', 'system')),
  content text not null,
  task_id uuid,
  created_at timestamptz not null default now()
);
create index messages_by_conversation on messages (conversation_id, message_id);

-- What we send to the outside. One comment per task: posted once, then updated by version.
create table replies (
  reply_id uuid primary key,
  task_id uuid references tasks,
  delivery_id uuid,
  provider text not null,
  kind text not null check (kind in ('comment', 'reaction', 'label', 'message', 'forward')),
  target jsonb not null,
  body text not null,
  status text not null default 'pending' check (status in ('pending', 'sent', 'failed')),
  version integer not null default 1,
  sent_version integer not null default 0,
  tries integer not null default 0,
  last_error text,
  permanent boolean not null default false,
  next_try_at timestamptz,
  sending_until timestamptz,
  outside_id text,
  outside_url text,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
create unique index replies_one_comment on replies (task_id) where kind = 'comment';
create index replies_by_task on replies (task_id);
create index replies_by_delivery on replies (delivery_id) where delivery_id is not null;
create index replies_pending on replies (reply_id) where status = 'pending';

-- Followed by (xid, id) below the oldest running transaction, so that no reader skips a late commit.
create table events (
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  event text not null,
  task_id uuid,
  data jsonb not null,
  at timestamptz not null default clock_timestamp(),
  primary key (xid, id)
);
create index events_by_time on events using brin (at);

create table machines (
  machine_id text primary key,
  cli_version text,
  logged_in boolean,
  login_hint text,
  isolation text,
  isolation_reason text,
  slots integer not null default 0,
  load_1m real,
  first_seen_at timestamptz not null default now()
);

create table workers (
  worker_id uuid primary key,
  machine_id text not null references machines,
  pid integer not null,
  started_at timestamptz not null default now(),
  lease_until timestamptz not null,
  stopped_at timestamptz
);
create index workers_by_machine on workers (machine_id, started_at desc);

create table api_tokens (
  token_id uuid primary key,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  token_hash bytea not null unique,
  created_by text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table sessions (
  session_id uuid primary key,
  token_hash bytea not null unique,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  token_id uuid references api_tokens,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);

create table sign_in_links (
  token_hash bytea primary key,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create table settings (
  name text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

create table audit (
  audit_id uuid primary key,
  actor text not null,
  action text not null,
  subject text,
  detail jsonb not null default '{}',
  at timestamptz not null default now()
);
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end $$;
create trigger audit_append_only before update or delete on audit
  for each statement execute function audit_is_append_only();

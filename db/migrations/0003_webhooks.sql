-- Doors and their commands, what they have used, open questions, and what the trace of a
-- delivery needs besides.

create table webhooks (
  webhook_id uuid primary key,
  provider text not null,
  name text not null check (name <> ''),
  description text not null default '',
  is_builtin boolean not null default false,
  enabled boolean not null default true,
  -- Null: as COMMAND_PREFIX says.
  command_prefix text,
  default_command text,
  target_agent text,
  -- Where answers go that have no other way back (provider custom).
  callback_url text,
  -- AES-256-GCM under a key made of SECRET_KEY; a built-in door has its secret in the environment.
  secret bytea,
  previous_secret bytea,
  previous_secret_until timestamptz,
  -- Built-in commands that are not as they come: name → on or off.
  builtin_commands jsonb not null default '{}',
  created_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (is_builtin = (secret is null))
);
create unique index webhooks_one_builtin on webhooks (provider) where is_builtin;

create table webhook_commands (
  command_id uuid primary key,
  webhook_id uuid not null references webhooks on delete cascade,
  name text not null,
  definition jsonb not null,
  created_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index webhook_commands_by_name on webhook_commands (webhook_id, lower(name));

-- One row for each use of a command that has a limit: counting rows needs no lock, a counter would.
create table command_uses (
  use_key text not null,
  used_at timestamptz not null default clock_timestamp(),
  delivery_id uuid not null
);
create index command_uses_by_key on command_uses (use_key, used_at desc);

-- What an `ask` waits for: the next word of somebody trusted in that flow is its answer.
create table questions (
  question_id uuid primary key,
  flow_id text not null references flows,
  delivery_id uuid not null,
  command text not null,
  question text not null,
  -- The task that the answer starts: agent, model, tool profile.
  next jsonb not null,
  asked_at timestamptz not null default now(),
  answered_at timestamptz,
  answered_by uuid
);
create unique index questions_open on questions (flow_id) where answered_at is null;

-- When the next reply may go out, by provider and place: shared by all workers.
create table reply_pace (
  pace_key text primary key,
  next_at timestamptz not null
);

alter table replies add column buttons jsonb,
  add column outside_ids text[] not null default '{}';

-- Of a large body: kept in pieces behind the answer, so that neither it nor others wait for it.
create table delivery_body_parts (
  delivery_id uuid not null references deliveries on delete cascade,
  part integer not null,
  bytes bytea not null,
  primary key (delivery_id, part)
);
alter table delivery_body_parts alter column bytes set storage external;

-- The commands of a door as they were, each with the reasons why it may not run: a delivery keeps
-- the numbers of those, and what is true of all others once. Two hundred traces took 15 KB of each.
create table command_sets (
  command_set text primary key,
  commands jsonb not null,
  created_at timestamptz not null default now()
);

alter table deliveries
  add column command_set text,
  add column other_commands_reason text,
  add column unmet smallint[],
  add column found jsonb,
  -- Names what came in, whichever hook or event brought it; only one of them is worked on.
  add column content_key text,
  add column replay_of uuid,
  -- Remarks on what was done: unknown template paths and the like.
  add column notes jsonb not null default '[]';
create unique index deliveries_content on deliveries (content_key) where content_key is not null;
-- Most that is written down is accepted, and that is found by time or by its door.
drop index deliveries_by_outcome;
create index deliveries_by_outcome on deliveries (outcome, delivery_id desc)
  where outcome <> 'accepted';
create index deliveries_by_door on deliveries (provider, webhook_id, delivery_id desc);

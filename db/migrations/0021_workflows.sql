-- What a flow does beyond one task: its workflow, the approvals that it waits for, the changes that
-- leave the machine, its pull request, and what deliveries tell of it meanwhile.

create table workflows (
  workflow_id uuid primary key,
  flow_id text not null references flows,
  conversation_id uuid not null references conversations,
  command text not null,
  steps text[] not null check (cardinality(steps) > 0),
  status text not null default 'running'
    check (status in ('running', 'waiting', 'failed', 'done', 'stopped')),
  waits_for text check (waits_for in ('approval', 'pull_request')),
  -- As it was when the work was asked for; what is written outside later changes nothing of it.
  asked jsonb not null,
  asked_by text not null,
  -- The settings that held then: how many have to approve, until when, and the like.
  rules jsonb not null default '{}',
  class text check (class in ('question', 'analysis', 'change')),
  repository jsonb,
  base_branch text,
  base_commit text,
  branch text,
  head_commit text,
  round integer not null default 1,
  plan jsonb,
  -- What the one who approved, or sent the plan back, said.
  note text,
  findings jsonb not null default '[]',
  -- The failed checks of the last round, to tell whether the next one brings the same.
  failed_checks text,
  error text,
  failed_step text,
  -- How it ended, in words.
  end_text text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((status in ('done', 'stopped')) = (ended_at is not null)),
  check (ended_at is null or end_text is not null),
  check ((status = 'waiting') = (waits_for is not null)),
  check ((status = 'failed') = (failed_step is not null))
);
create unique index workflows_one_open on workflows (flow_id) where ended_at is null;
create index workflows_by_flow on workflows (flow_id, workflow_id desc);
create index workflows_by_status on workflows (status, workflow_id desc);

alter table tasks
  add column workflow_id uuid references workflows,
  add column step text
    check (step in ('brain', 'planning', 'executor', 'verifier', 'self-improvement')),
  add column round integer,
  add column result jsonb,
  add column coverage jsonb,
  add column refusals jsonb,
  add constraint tasks_step_of_workflow check ((step is null) = (workflow_id is null));
create index tasks_by_workflow on tasks (workflow_id, task_id) where workflow_id is not null;
-- A step is asked for once: a commit that comes twice makes no second one.
create unique index tasks_one_open_step on tasks (workflow_id)
  where workflow_id is not null and completed_at is null;

create table approvals (
  approval_id uuid primary key,
  flow_id text not null references flows,
  workflow_id uuid not null references workflows,
  task_id uuid not null references tasks,
  status text not null default 'pending'
    check (status in ('pending', 'approved', 'rejected', 'sent_back', 'expired', 'void')),
  plan jsonb not null,
  plan_hash text not null,
  head_commit text,
  needed integer not null check (needed >= 1),
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null,
  next_reminder_at timestamptz,
  decided_at timestamptz,
  decided_by text,
  decided_via text,
  note text,
  void_reason text,
  check ((status = 'pending') = (decided_at is null))
);
create unique index approvals_one_pending on approvals (workflow_id) where status = 'pending';
create index approvals_by_status on approvals (status, approval_id desc);
create index approvals_by_flow on approvals (flow_id, approval_id desc);
create index approvals_due on approvals (expires_at) where status = 'pending';

create table approval_votes (
  approval_id uuid not null references approvals on delete cascade,
  person text not null,
  name text not null,
  via text not null,
  at timestamptz not null default now(),
  primary key (approval_id, person)
);

create table pull_requests (
  provider text not null,
  repository text not null,
  number integer not null,
  flow_id text not null references flows,
  workflow_id uuid not null references workflows,
  url text not null,
  title text not null default '',
  state text not null check (state in ('open', 'merged', 'closed')),
  is_draft boolean not null default true,
  branch text not null,
  base text not null,
  head text not null,
  checks text check (checks in ('none', 'pending', 'green', 'red')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (provider, repository, number)
);
create index pull_requests_by_workflow on pull_requests (workflow_id);
create index pull_requests_by_flow on pull_requests (flow_id);
create index pull_requests_by_head on pull_requests (head);

-- What is sent to a repository's host, like replies by a job: each stage can be done again.
create table changes (
  change_id uuid primary key,
  workflow_id uuid not null references workflows,
  flow_id text not null references flows,
  task_id uuid references tasks,
  kind text not null check (kind in ('publish', 'ready', 'close')),
  stage text not null check (stage in ('push', 'open', 'ready', 'close', 'delete_branch', 'done')),
  status text not null default 'pending' check (status in ('pending', 'done', 'failed')),
  round integer not null default 1,
  -- Whose bare repository has the commit, until it is pushed.
  machine_id text,
  commit text,
  -- What was at the branch when the run began; null: no such branch was there.
  expected_head text,
  files jsonb not null default '[]',
  remarks jsonb not null default '[]',
  is_signed boolean not null default false,
  tries integer not null default 0,
  last_error text,
  next_try_at timestamptz,
  sending_id uuid,
  sending_by uuid,
  sending_until timestamptz,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((status = 'pending') = (ended_at is null))
);
create unique index changes_one_open on changes (workflow_id) where status = 'pending';
create unique index changes_one_of_step on changes (task_id) where kind = 'publish';
create index changes_by_workflow on changes (workflow_id, change_id);
create index changes_pending on changes (change_id) where status = 'pending';

-- Two outside things that belong to one story; each can be undone.
create table flow_links (
  flow_id text not null references flows,
  linked_flow_id text not null references flows,
  evidence text not null,
  created_at timestamptz not null default now(),
  undone_at timestamptz,
  undone_by text,
  primary key (flow_id, linked_flow_id),
  check (flow_id < linked_flow_id)
);
create index flow_links_back on flow_links (linked_flow_id);

-- What comes in about our own pull request belongs to the flow that made it.
create table flow_aliases (
  alias_flow_id text primary key,
  flow_id text not null references flows,
  created_at timestamptz not null default now()
);
create index flow_aliases_by_flow on flow_aliases (flow_id);

-- What deliveries tell of flows, in the order in which it is looked at by the job `follow_flow`.
create table flow_news (
  news_id uuid primary key,
  flow_id text,
  delivery_id uuid not null,
  provider text not null,
  kind text not null,
  data jsonb not null,
  handled_at timestamptz,
  outcome text,
  created_at timestamptz not null default now()
);
create index flow_news_waiting on flow_news (news_id) where handled_at is null;
create index flow_news_by_flow on flow_news (flow_id, news_id) where flow_id is not null;

-- A workflow's messages: what is wanted of a person, how it ended, and the notice at Slack.
alter table replies
  add column workflow_id uuid references workflows,
  add column notice text check (notice in ('plan', 'result', 'notice')),
  add constraint replies_notice_of_workflow check ((notice is null) = (workflow_id is null));
create unique index replies_one_notice on replies (workflow_id, notice)
  where workflow_id is not null;

-- Which lists of a page ask for the newest flows.
create index flows_newest on flows (created_at desc, flow_id desc);
create index flows_by_provider on flows (provider, created_at desc, flow_id desc);

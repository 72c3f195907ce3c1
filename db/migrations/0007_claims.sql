-- One token for each run of a task and each try of a reply: every write shows it, so that whoever
-- lost it changes nothing. And what decides on the way back to the queue. See docs/states.md.

alter table tasks
  -- Made by the worker before it asks, so that it can ask again when the answer was lost.
  add column claim_id uuid,
  -- How often a worker took it, whether or not a CLI started.
  add column claim_count integer not null default 0,
  -- Of the current claim; null: no CLI has started yet.
  add column cli_started_at timestamptz,
  -- Attempts that ended without a word: their machine fell silent, their CLI was killed.
  add column crash_count integer not null default 0,
  -- Why the last attempt did not end.
  add column interruption text
    check (interruption in ('worker_stopped', 'machine_silent', 'cli_killed', 'claim_lost'));
update tasks set claim_id = gen_random_uuid(), claim_count = 1, cli_started_at = started_at
  where status = 'running';
update tasks set crash_count = attempt - 1 where status in ('queued', 'running') and attempt > 1;

alter table replies
  add column sending_id uuid,
  -- The worker that sends it: when its lease is over, the reply is taken back at once.
  add column sending_by uuid;

-- A message is heard when the CLI has read it; what no run heard becomes a task.
alter table task_inputs
  add column heard_at timestamptz,
  add column next_task_id uuid references tasks on delete set null;
update task_inputs set heard_at = taken_at where taken_at is not null;
create index task_inputs_unheard on task_inputs (task_id, input_id) where heard_at is null;

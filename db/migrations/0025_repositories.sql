-- A moved base is brought into the branch once its pull request is there.
alter table changes
  drop constraint changes_stage_check,
  add constraint changes_stage_check
    check (stage in ('push', 'open', 'update', 'ready', 'close', 'delete_branch', 'done'));

-- Repositories that tasks have used or somebody has looked at: what may be done there, as the host
-- said when it was asked, and what an operator allows.
create table repositories (
  repository_id uuid primary key,
  provider text not null,
  name text not null,
  submodules boolean not null default false,
  lfs boolean not null default false,
  preflight jsonb,
  -- Why the host did not say it; what it said before stays beside it.
  preflight_error text,
  looked_at timestamptz,
  -- Since when somebody waits for a new look.
  look_wanted_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index repositories_by_name on repositories (provider, lower(name));

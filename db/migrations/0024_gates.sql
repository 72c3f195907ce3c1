-- What a yes is bound to, and what ends with the work.

alter table workflows
  -- Who asked for something beside the one who asked first: none of them approves their own wish.
  add column askers jsonb not null default '[]',
  -- The commit of the branch that the plan was written on, until a commit of ours follows it.
  add column planned_on text,
  -- How the text reads that the work is about, where somebody has edited it.
  add column edited jsonb,
  -- Who ends the work as soon as what runs has ended.
  add column giving_up_by text;

alter table approvals
  -- What was asked for beside the first request, in the words of who asked.
  add column wish text,
  -- Why what somebody said last was no decision.
  add column refused text;

alter table approval_votes
  add column note text;

-- Commits of ours that the one after them has taken the place of.
alter table changes
  add column replaced text[] not null default '{}',
  -- The failed checks of its commit in words, also before its pull request is known.
  add column failed_checks text;
create index changes_by_commit on changes (commit);

create index flow_mentions_by_age on flow_mentions (created_at);

-- What a message shows beside its text, at services that show more than text. A workflow may say
-- more than its notices, such as that its plan still waits.
alter table replies
  add column card jsonb,
  drop constraint replies_notice_of_workflow,
  add constraint replies_notice_of_workflow check (notice is null or workflow_id is not null);

-- Who rejected it by a button and is asked why, as approvals compare people.
alter table approvals
  add column reason_from text,
  add column reason_asked_at timestamptz;
create index approvals_to_remind on approvals (next_reminder_at)
  where status = 'pending' and next_reminder_at is not null;

-- The commit of a repository that a run began with.
alter table tasks add column base_commit text;

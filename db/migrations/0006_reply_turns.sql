-- Which turn a reply was given that has to wait for its place's pace; null while it has none.
alter table replies add column turn_at timestamptz;

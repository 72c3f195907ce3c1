-- Which functions of db/functions/ this database has: see db/functions.ts.
create table function_set (
  version integer not null,
  checksum text not null,
  applied_at timestamptz not null default now()
);
create unique index function_set_one on function_set ((true));

-- Each queue had a function of its own, before `send_jobs`.
drop function if exists send_run_task(text);
drop function if exists send_send_reply(text);

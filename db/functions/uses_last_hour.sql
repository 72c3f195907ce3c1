-- How often a command was used within an hour, counted up to `most`.
create or replace function uses_last_hour(use_key text, most integer) returns bigint
language sql volatile as $$
  select count(*) from (
    select from command_uses c
    where c.use_key = uses_last_hour.use_key and c.used_at > clock_timestamp() - interval '1 hour'
    limit most) as counted
$$;

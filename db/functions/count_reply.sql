-- Adds a try or an end of a reply to one of eight rows, so that few senders wait for each other.
create or replace function count_reply() returns trigger language plpgsql as $$
begin
  insert into reply_counts (provider, kind, what, shard, count)
  values (new.provider, new.kind,
    case when new.tries > old.tries then 'try' else new.status end, floor(random() * 8), 1)
  on conflict (provider, kind, what, shard) do update set count = reply_counts.count + 1;
  return null;
end $$;

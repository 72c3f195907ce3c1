-- How often replies were tried, sent and given up, since ever. Kept beside the rows, because a
-- counter must not fall when rows are tried anew or removed, and because a scrape every few seconds
-- must not count a million of them.

create table reply_counts (
  provider text not null,
  kind text not null,
  what text not null check (what in ('try', 'sent', 'failed')),
  -- Several rows for one figure, so that senders do not wait for each other.
  shard smallint not null,
  count bigint not null default 0,
  primary key (provider, kind, what, shard)
) with (fillfactor = 50);

create function count_reply() returns trigger language plpgsql as $$
begin
  insert into reply_counts (provider, kind, what, shard, count)
  values (new.provider, new.kind,
    case when new.tries > old.tries then 'try' else new.status end, floor(random() * 8), 1)
  on conflict (provider, kind, what, shard) do update set count = reply_counts.count + 1;
  return null;
end $$;

create trigger replies_count after update of tries, status on replies for each row
  when (new.tries > old.tries or (new.status <> old.status and new.status <> 'pending'))
  execute function count_reply();

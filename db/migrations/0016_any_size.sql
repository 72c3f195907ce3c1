-- Lists of deliveries, tasks and conversations by any of their filters, figures of today and
-- whether text came from outside cost the same however many rows there are. See
-- docs/decisions/0026-lists-by-kind.md.

-- The door in a form that can be compared: null is the built-in one. `webhook_id` is there so that
-- counting reads the index alone.
create index deliveries_by_place on deliveries
  (provider, coalesce(webhook_id, '00000000-0000-0000-0000-000000000000'), outcome,
    delivery_id desc) include (webhook_id);
drop index deliveries_by_door;
drop index deliveries_by_outcome;
create index deliveries_turned_away on deliveries (outcome, delivery_id desc)
  where outcome in ('refused', 'invalid');
create index deliveries_replays on deliveries (provider, outcome, delivery_id)
  where replay_of is not null;

-- Place and event type in eight bytes: the four texts would make the largest index of all.
create function delivery_kind(provider text, webhook_id uuid, outcome text, event_type text)
returns bigint language sql immutable parallel safe as $$
  select hashtextextended(event_type, hashtextextended(outcome, hashtextextended(provider,
    coalesce(uuid_hash_extended(webhook_id, 0), 0))))
$$;
create index deliveries_by_kind on deliveries
  (delivery_kind(provider, webhook_id, outcome, event_type), delivery_id desc)
  where event_type is not null;

create index tasks_by_kind on tasks (assigned_agent, source, status, task_id desc);
drop index tasks_by_agent;
drop index tasks_by_source;
drop index tasks_by_status;

create index conversations_by_source on conversations
  (source, updated_at desc, conversation_id desc);
drop index conversations_by_update;

create index questions_by_time on questions (asked_at);

-- What ended on each day (UTC), in several rows, so that those who end tasks do not wait for each
-- other.
create table task_days (
  day date not null,
  shard smallint not null,
  completed bigint not null default 0,
  failed bigint not null default 0,
  cancelled bigint not null default 0,
  cost_usd double precision not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  primary key (day, shard)
) with (fillfactor = 50);

-- What `task_days` has to hold, by the tasks themselves.
create function count_task_days() returns setof task_days language sql stable as $$
  select (completed_at at time zone 'utc')::date, 0::smallint,
    count(*) filter (where status = 'completed'), count(*) filter (where status = 'failed'),
    count(*) filter (where status = 'cancelled'), sum(cost_usd), sum(input_tokens)::bigint,
    sum(output_tokens)::bigint
  from tasks where completed_at is not null group by 1
$$;
insert into task_days select * from count_task_days();
drop index tasks_by_completion;

create function count_task_end() returns trigger language plpgsql as $$
begin
  insert into task_days as d (day, shard, completed, failed, cancelled, cost_usd, input_tokens,
    output_tokens)
  values ((new.completed_at at time zone 'utc')::date, floor(random() * 8),
    (new.status = 'completed')::int, (new.status = 'failed')::int,
    (new.status = 'cancelled')::int, new.cost_usd, new.input_tokens, new.output_tokens)
  on conflict (day, shard) do update set completed = d.completed + excluded.completed,
    failed = d.failed + excluded.failed, cancelled = d.cancelled + excluded.cancelled,
    cost_usd = d.cost_usd + excluded.cost_usd,
    input_tokens = d.input_tokens + excluded.input_tokens,
    output_tokens = d.output_tokens + excluded.output_tokens;
  return null;
end $$;

create trigger tasks_count_end after update of completed_at on tasks for each row
  when (old.completed_at is null and new.completed_at is not null)
  execute function count_task_end();

-- The same answer as before. As one query with all its tables it was planned for many
-- conversations, and read all flows for one (16 ms at ten thousand of them).
create or replace function holds_outside_text(conversation uuid, parent uuid default null)
returns boolean language plpgsql stable as $$
begin
  loop
    if exists (
        select from conversations c where c.conversation_id = conversation
          and (c.source = 'webhook' or c.flow_id is not null))
      or exists (select from flows f where f.conversation_id = conversation) then
      return true;
    end if;
    select t.conversation_id, t.parent_task_id into conversation, parent
    from tasks t where t.task_id = parent;
    if not found then
      return false;
    end if;
  end loop;
end $$;

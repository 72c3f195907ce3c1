-- Trust sticks to the conversation. Text from outside comes into one through a flow alone, so
-- whether it holds any follows from rows that are there already: old ones are marked too, and
-- accepting a delivery writes nothing more.

create index flows_by_conversation on flows (conversation_id);

-- Whether what a task of this conversation reads was written outside, or what its parents read.
create function holds_outside_text(conversation uuid, parent uuid default null) returns boolean
language sql stable as $$
  with recursive read (conversation_id, parent_task_id) as (
    values (conversation, parent)
    union
    select t.conversation_id, t.parent_task_id
    from read r join tasks t on t.task_id = r.parent_task_id
  )
  select exists (
    select from read r where exists (
        select from conversations c where c.conversation_id = r.conversation_id
          and (c.source = 'webhook' or c.flow_id is not null))
      or exists (select from flows f where f.conversation_id = r.conversation_id))
$$;

-- Who let this run do more than read although text from outside is in what it reads.
alter table tasks add column profile_raised_by text;

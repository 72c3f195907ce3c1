-- Whether what a task of this conversation reads was written outside, or what its parents read. Step
-- by step: as one query with all its tables it read all flows for one (16 ms at ten thousand).
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

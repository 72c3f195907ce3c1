-- Asks the questions, the newest of each flow instead of one that is open there.
create or replace function ask(items jsonb) returns bigint
language plpgsql as $$
declare
  asked bigint;
begin
  with asking as (
    select distinct on (i.flow_id) i.delivery_id, i.flow_id, q.*, f.conversation_id
    from jsonb_to_recordset(items) as i (delivery_id uuid, flow_id text, question jsonb)
      left join flows f on f.flow_id = i.flow_id,
      jsonb_to_record(i.question) as q (question_id uuid, command text, question text, next jsonb,
        message_id uuid)
    where q.question_id is not null
    order by i.flow_id, i.delivery_id desc
  ), asked as (
    insert into questions as open (question_id, flow_id, delivery_id, command, question, next)
    select question_id, flow_id, delivery_id, command, question, next from asking
    on conflict (flow_id) where answered_at is null do update set
      question_id = excluded.question_id, delivery_id = excluded.delivery_id,
      command = excluded.command, question = excluded.question, next = excluded.next,
      asked_at = now()
  )
  insert into messages (message_id, conversation_id, role, content)
  select message_id, conversation_id, 'assistant', question from asking;
  get diagnostics asked = row_count;
  return asked;
end $$;

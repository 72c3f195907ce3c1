-- Which deliveries answer a question that was answered meanwhile. The first one answers it.
create or replace function refuse_answers(items jsonb)
returns table (delivery_id uuid, name text, reason text)
language plpgsql as $$
#variable_conflict use_column
begin
  return query
  with answering as (
    select i.delivery_id, i.answers
    from jsonb_to_recordset(items) as i (delivery_id uuid, answers uuid)
    where i.answers is not null
  ), first as (
    select distinct on (answers) delivery_id, answers from answering order by answers, delivery_id
  ), answered as (
    update questions q set answered_at = now(), answered_by = f.delivery_id
    from first f where q.question_id = f.answers and q.answered_at is null
    returning q.answered_by
  )
  select a.delivery_id, 'answer', 'the question was answered meanwhile'
  from answering a where a.delivery_id not in (select answered_by from answered);
end $$;

-- Puts the replies into the outbox, and returns their jobs.
create or replace function say(items jsonb) returns jsonb
language plpgsql as $$
declare
  jobs jsonb;
begin
  with new_replies as (
    insert into replies (reply_id, task_id, delivery_id, workflow_id, notice, provider, kind,
      target, body, buttons, card)
    select r.reply_id, r.task_id, i.delivery_id, r.workflow_id, r.notice,
      coalesce(r.provider, i.provider), r.kind, r.target, r.body, r.buttons, r.card
    from jsonb_to_recordset(items) as i (delivery_id uuid, provider text, replies jsonb),
      jsonb_to_recordset(i.replies) as r (reply_id uuid, task_id uuid, workflow_id uuid,
        notice text, provider text, kind text, target jsonb, body text, buttons jsonb, card jsonb)
    returning reply_id
  )
  select coalesce(jsonb_agg(jsonb_build_object('queue', 'send_reply',
    'data', jsonb_build_object('id', reply_id), 'singletonKey', reply_id)), '[]')
  into jobs from new_replies;
  return jobs;
end $$;

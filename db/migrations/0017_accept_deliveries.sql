-- How long an answer took is known behind the commit that it waits for, and noted by an update. With
-- room for it in the same page it writes none of the six indexes: they were most of what it cost. No
-- index may have that column. As much room was taken before, by rows that were written twice.
alter table deliveries set (fillfactor = 50);

-- The same as before, and: every task id in an answer names a row. What finds no conversation fails
-- by `not null` of its column, and so does what names other tasks than it made; each command that is
-- refused says its own reason. With fewer statements: tasks and replies are written by one, all jobs
-- by one insert of pg-boss, and a conversation is looked up by its flow, whatever the planner thinks
-- of the size of that table at the time.
create or replace function accept_deliveries(items jsonb, bodies bytea)
returns table (n integer, outcome text, delivery_id uuid, task_ids uuid[])
language plpgsql
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  fresh uuid[];
  refused jsonb;
  emptied uuid[] := '{}';
  named bigint;
  made bigint;
  jobs json;
  sent bigint;
  told boolean;
begin
  with incoming as (
    select * from jsonb_to_recordset(items) as i (
      delivery_id uuid, provider text, webhook_id uuid, provider_delivery_id text, dedupe_key text,
      content_key text, replay_of uuid, event_type text, external_id text, flow_id text,
      actor jsonb, outcome text, reason text, commands jsonb, command_set text,
      other_commands_reason text, unmet smallint[], found jsonb, notes jsonb, task_ids uuid[],
      headers jsonb, body_at integer, body_length integer, body_encoding text, body_bytes integer,
      received_at timestamptz)
  ), inserted as (
    insert into deliveries (delivery_id, provider, webhook_id, provider_delivery_id, dedupe_key,
      content_key, replay_of, event_type, external_id, flow_id, actor, outcome, reason, commands,
      command_set, other_commands_reason, unmet, found, notes, task_ids, headers, body,
      body_encoding, body_bytes, received_at)
    select delivery_id, provider, webhook_id, provider_delivery_id, dedupe_key,
      content_key, replay_of, event_type, external_id, flow_id, actor, outcome, reason, commands,
      command_set, other_commands_reason, unmet, found, notes, task_ids, headers,
      nullif(substring(bodies from body_at for body_length), ''), body_encoding, body_bytes,
      received_at
    from incoming order by coalesce(content_key, dedupe_key)
    on conflict do nothing
    returning delivery_id, task_ids
  )
  select coalesce(array_agg(delivery_id), '{}'), coalesce(sum(cardinality(task_ids)), 0)
  into fresh, named from inserted;

  -- The sender knows whether any of them has something that can be refused or asks something.
  if (items -> 0 -> 'group' ->> 'may_be_refused')::boolean then
    select jsonb_agg(r) into refused from refuse_uses(items, fresh) r;
  end if;

  if refused is not null then
    with dropped as (
      select r.delivery_id, jsonb_object_agg(r.name, r.reason) as reasons
      from jsonb_to_recordset(refused) as r (delivery_id uuid, name text, reason text)
      group by r.delivery_id
    ), changed as (
      update deliveries d set
        commands = (
          select jsonb_agg(case when x.reasons ? (c ->> 'name')
            then c || jsonb_build_object('matched', false, 'reason', x.reasons -> (c ->> 'name'))
            else c end)
          from jsonb_array_elements(d.commands) c),
        task_ids = array(
          select t.task_id from jsonb_to_recordset(i.tasks) as t (task_id uuid, command text)
          where not x.reasons ? t.command)
      from dropped x, jsonb_to_recordset(items) as i (delivery_id uuid, tasks jsonb)
      where d.delivery_id = x.delivery_id and i.delivery_id = x.delivery_id
      returning d.delivery_id, d.commands @> '[{"matched": true}]' as something_left
    )
    select coalesce(array_agg(c.delivery_id) filter (where not c.something_left), '{}')
    into emptied from changed c;
    update deliveries d set outcome = 'ignored', reason = (
      select r.reason from jsonb_to_recordset(refused) as r (delivery_id uuid, reason text)
      where r.delivery_id = d.delivery_id limit 1)
    where d.delivery_id = any (emptied);
    select coalesce(sum(cardinality(task_ids)), 0) into named
    from deliveries where delivery_id = any (fresh);
  end if;

  with starting as (
    select distinct on (f.flow_id) f.*
    from jsonb_to_recordset(items) as i (delivery_id uuid, outcome text, flow jsonb),
      jsonb_to_record(i.flow) as f (flow_id text, provider text, external_id text, title text,
        url text, conversation_id uuid)
    where i.delivery_id = any (fresh) and i.delivery_id <> all (emptied)
      and i.outcome = 'accepted' and f.flow_id is not null
    order by f.flow_id
  ), new_flows as (
    insert into flows (flow_id, provider, external_id, title, url, conversation_id)
    select flow_id, provider, external_id, title, url, conversation_id
    from starting order by flow_id
    on conflict (flow_id) do nothing
    returning flow_id, title, conversation_id
  )
  insert into conversations (conversation_id, title, source, flow_id)
  select conversation_id, title, 'webhook', flow_id from new_flows;

  with wanted as (
    select t.*, i.flow_id, i.external_id,
      (select f.conversation_id from flows f where f.flow_id = i.flow_id) as conversation_id
    from jsonb_to_recordset(items) as i (delivery_id uuid, flow_id text, external_id text,
        task_ids uuid[], tasks jsonb),
      jsonb_to_recordset(i.tasks) as t (task_id uuid, command text, assigned_agent text, model text,
        tool_profile text, input_message text, message text, message_id uuid,
        source_metadata jsonb, requires_repository boolean)
    where i.delivery_id = any (fresh) and t.task_id = any (i.task_ids)
      and (refused is null or not exists (
        select from jsonb_to_recordset(refused) as r (delivery_id uuid, name text)
        where r.delivery_id = i.delivery_id and r.name = t.command))
  ), new_tasks as (
    insert into tasks (task_id, assigned_agent, model, tool_profile, source, source_metadata,
      requires_repository, flow_id, external_id, conversation_id, input_message)
    select task_id, assigned_agent, model, tool_profile, 'webhook', source_metadata,
      requires_repository, flow_id, external_id, conversation_id, input_message
    from wanted
    returning task_id, assigned_agent, conversation_id
  ), new_messages as (
    insert into messages (message_id, conversation_id, role, content, task_id)
    select message_id, conversation_id, 'user', message, task_id from wanted
  ), new_events as (
    insert into events (event, task_id, data)
    select 'task.created', task_id, jsonb_build_object('task_id', task_id, 'status', 'queued',
      'assigned_agent', assigned_agent, 'source', 'webhook', 'conversation_id', conversation_id)
    from new_tasks
  ), said as (
    select r.*, i.delivery_id, i.provider
    from jsonb_to_recordset(items) as i (delivery_id uuid, provider text, replies jsonb),
      jsonb_to_recordset(i.replies) as r (reply_id uuid, task_id uuid, command text, kind text,
        target jsonb, body text, buttons jsonb)
    where i.delivery_id = any (fresh)
      and (refused is null or not exists (
        select from jsonb_to_recordset(refused) as x (delivery_id uuid, name text)
        where x.delivery_id = i.delivery_id and x.name = r.command))
  ), new_replies as (
    insert into replies (reply_id, task_id, delivery_id, provider, kind, target, body, buttons)
    select reply_id, task_id, delivery_id, provider, kind, target, body, buttons from said
    returning reply_id
  ), nudges (queue, id) as (
    select 'run_task', task_id from new_tasks
    union all
    select 'send_reply', reply_id from new_replies
  )
  select count(*) filter (where queue = 'run_task'), json_agg(json_build_object(
    'queue', queue, 'data', json_build_object('id', id), 'singletonKey', id))
  into made, jobs from nudges;

  if made <> named then
    raise check_violation using message =
      format('%s tasks are named and %s were made', named, made);
  end if;
  -- By assignments: `perform` would be a statement around each call.
  if jobs is not null then
    sent := send_jobs(jobs::text);
  end if;
  told := pg_notify('agent_events', '') is null;

  if (items -> 0 -> 'group' ->> 'asks')::boolean then
    with asking as (
      select distinct on (i.flow_id) i.delivery_id, i.flow_id, q.*, f.conversation_id
      from jsonb_to_recordset(items) as i (delivery_id uuid, flow_id text, question jsonb)
        left join flows f on f.flow_id = i.flow_id,
        jsonb_to_record(i.question) as q (question_id uuid, command text, question text,
          next jsonb, message_id uuid)
      where i.delivery_id = any (fresh) and q.question_id is not null
        and (refused is null or not exists (
          select from jsonb_to_recordset(refused) as r (delivery_id uuid, name text)
          where r.delivery_id = i.delivery_id and r.name = q.command))
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
  end if;

  if cardinality(fresh) = jsonb_array_length(items) and refused is null then
    return query
    select i.n, i.outcome, i.delivery_id, i.task_ids
    from jsonb_to_recordset(items)
      as i (n integer, outcome text, delivery_id uuid, task_ids uuid[]);
    return;
  end if;

  insert into deliveries (delivery_id, provider, webhook_id, provider_delivery_id, event_type,
    external_id, flow_id, actor, outcome, reason, task_ids, duplicate_of, body_bytes, received_at)
  select i.delivery_id, i.provider, i.webhook_id, i.provider_delivery_id, i.event_type,
    i.external_id, coalesce(first.flow_id, i.flow_id), i.actor, 'duplicate',
    case when first.dedupe_key = i.dedupe_key then 'redelivery of ' else 'the same came with ' end
      || first.delivery_id,
    first.task_ids, first.delivery_id, i.body_bytes, i.received_at
  from jsonb_to_recordset(items) as i (delivery_id uuid, provider text, webhook_id uuid,
      provider_delivery_id text, dedupe_key text, content_key text, event_type text,
      external_id text, flow_id text, actor jsonb, body_bytes integer, received_at timestamptz),
    lateral first_delivery(i.dedupe_key, i.content_key) first
  where i.delivery_id <> all (fresh);

  return query
  select i.n, case when d.delivery_id = i.delivery_id then d.outcome else 'duplicate' end,
    d.delivery_id, d.task_ids
  from jsonb_to_recordset(items)
      as i (n integer, delivery_id uuid, dedupe_key text, content_key text),
    lateral first_delivery(i.dedupe_key, i.content_key) d;
end $$;

import type { Sql } from "@/db/client.ts";

/** What belongs to tasks and people: replies, output, events, uses, sessions, the audit log. */
export async function seedActivity(sql: Sql, tasks: number): Promise<void> {
  const newest = Math.min(Math.ceil(tasks / 2), 2000);
  await sql.unsafe(`
    insert into replies (reply_id, task_id, provider, kind, target, body, status, version,
      sent_version, tries, outside_id, outside_ids, created_at, sent_at)
    select task_id, task_id, 'github', 'comment',
      '{"repository":"octo/hello","number":7}'::jsonb, output, 'sent', 1, 1, 1, task_id::text,
      array[task_id::text], completed_at, completed_at
    from tasks where source = 'webhook' and output is not null;
    insert into replies (reply_id, task_id, provider, kind, target, body)
    select gen_random_uuid(), task_id, 'github', 'reaction',
      '{"repository":"octo/hello","number":7}'::jsonb, 'eyes'
    from tasks where status = 'queued' and source = 'webhook';

    insert into task_output (task_id, seq, attempt, kind, text, message_id, at)
    select task_id, seq, 1, 'text', repeat('A line that the CLI printed. ', 4), 'm' || seq / 5,
      created_at + seq * interval '1 s'
    from (select * from tasks order by task_id desc limit ${newest}) t, generate_series(1, 30) seq;
    insert into task_output (task_id, seq, attempt, kind, text, message_id, at)
    select task_id, seq, 1, 'text', 'One of many lines.', 'm' || seq / 5, created_at
    from (select * from tasks order by task_id limit 1) t,
      generate_series(1, 5000) seq;

    insert into task_inputs (input_id, task_id, message, sent_by, taken_at, heard_at, created_at)
    select task_id, task_id, 'and the tests?', 'admin', created_at, created_at, created_at
    from tasks where source = 'chat' and status = 'completed' and last_seq % 10 = 0;

    insert into events (event, task_id, data, at)
    select e, task_id, jsonb_build_object('task_id', task_id, 'status', status), created_at
    from tasks, unnest(array['task.created', 'task.started', 'task.completed']) e
    where created_at > now() - interval '7 days';

    insert into command_uses (use_key, used_at, delivery_id)
    select 'github:analyze', received_at, delivery_id from deliveries
    where received_at > now() - interval '2 hours' and outcome = 'accepted';

    insert into questions (question_id, flow_id, delivery_id, command, question, next, asked_at,
      answered_at)
    select d.delivery_id, d.flow_id, d.delivery_id, 'ask', 'Which branch?', '{}', d.received_at,
      d.received_at
    from deliveries d where outcome = 'accepted' and received_at > now() - interval '90 days'
      and answered_ms > 10.7;

    insert into audit (audit_id, actor, action, subject, at)
    select task_id, 'admin', 'task.create', task_id::text, created_at from tasks
    where source in ('chat', 'api');

    insert into api_tokens (token_id, name, role, token_hash)
    select pg_temp.id_at(now(), n), 'program ' || n, 'viewer', sha256(('token ' || n)::bytea)
    from generate_series(1, 20) n;
    insert into sessions (session_id, token_hash, name, role, created_at, expires_at)
    select pg_temp.id_at(at, n), sha256(('session ' || n)::bytea), 'admin', 'viewer', at,
      at + interval '30 days'
    from (select n, now() - n::float8 / ${tasks} * interval '60 days' as at
      from generate_series(1, ${Math.ceil(tasks / 100)}) n) s`);
}

import type { Sql } from "@/db/client.ts";

/**
 * Tasks with what they hang on. Four of five come from webhooks, five in a row about one outside
 * thing, and a hundred of all about one busy thing. Nearly all have ended.
 */
export async function seedTasks(sql: Sql, tasks: number): Promise<void> {
  await sql.unsafe(`
    create temp table plan as
    select n, pg_temp.came_at(n) as at, pg_temp.id_at(pg_temp.came_at(n), n) as task_id,
      case when n % 20 < 16 then 'webhook' when n % 20 < 19 then 'chat'
        when n % 100000 = 19 then 'subagent' else 'api' end as source,
      case when n % ${Math.ceil(tasks / 100)} = 0 and n <= ${tasks} - 60 then 0
        else n / 5 + 1 end as thing,
      case when n > ${tasks} - 25 then 'queued' when n > ${tasks} - 60 and n % 10 = 5 then 'running'
        when n % 25 = 3 then 'failed' when n % 50 = 7 then 'cancelled'
        else 'completed' end as status,
      case when n in (${Math.ceil(tasks / 9)}, ${Math.ceil(tasks / 3)}) then 'auditor'
        else (array['brain','planning','executor','planning'])[n % 4 + 1] end as agent
    from generate_series(1, ${tasks}) n;

    create temp table things as
    select thing, source = 'webhook' as outside, pg_temp.id_at(min(at), min(n)) as conversation_id,
      case when source = 'webhook' then md5('flow ' || thing) end as flow_id,
      '1296269/' || thing as external_id, min(at) as at, max(at) as updated_at, min(n) as first
    from plan group by thing, source = 'webhook';

    insert into flows (flow_id, provider, external_id, title, url, conversation_id, created_at)
    select flow_id, (array['github','slack','jira','gitlab'])[thing % 4 + 1], external_id,
      'It breaks when it is used, number ' || thing, 'https://example.com/' || thing,
      conversation_id, at
    from things where outside;

    insert into conversations (conversation_id, title, source, flow_id, created_by, created_at,
      updated_at)
    select conversation_id, 'It breaks when it is used, number ' || thing,
      case when outside then 'webhook' when thing % 20000 = 4 then 'api' else 'chat' end,
      flow_id, case when not outside then 'admin' end, at, updated_at
    from things;

    insert into machines (machine_id, cli_version, logged_in, isolation, slots)
    select 'machine-' || i, '2.1.0', true, 'uid', 5 from generate_series(1, 5) i;
    insert into workers (worker_id, machine_id, pid, lease_until)
    select gen_random_uuid(), machine_id, 1, now() + interval '1 day' from machines`);
  await sql.unsafe(`
    insert into tasks (task_id, status, assigned_agent, model, tool_profile, source,
      source_metadata, flow_id, external_id, conversation_id, input_message, output, error,
      cost_usd, input_tokens, output_tokens, cache_read_tokens, num_turns, machine_id, worker_id,
      claim_id, last_seq, created_at, started_at, completed_at)
    select p.task_id, p.status, p.agent, 'sonnet', 'read', p.source,
      case when p.source = 'webhook'
        then '{"provider":"github","reply_to":{"repository":"octo/hello","number":7}}'::jsonb
        else '{}' end,
      t.flow_id, case when t.outside then t.external_id end, t.conversation_id,
      repeat('Look into what was said there. ', 6),
      case when p.status = 'completed' then repeat('It was the cache. ', 12) end,
      case when p.status = 'failed' then 'The CLI ended without a result.' end,
      case when p.status = 'queued' then 0 else (p.n % 400) / 1000.0 end,
      p.n % 9000, p.n % 700, p.n % 50000, p.n % 12 + 1,
      case when p.status <> 'queued' then 'machine-' || p.n % 5 + 1 end,
      case when p.status = 'running' then (select worker_id from workers limit 1) end,
      case when p.status = 'running' then p.task_id end, 30, p.at,
      case when p.status <> 'queued' then p.at + interval '2 s' end,
      case when p.status not in ('queued', 'running') then least(now(), p.at + interval '90 s') end
    from plan p join things t on t.thing = p.thing and t.outside = (p.source = 'webhook')
    order by p.n;

    insert into messages (message_id, conversation_id, role, content, task_id, created_at)
    select pg_temp.id_at(created_at, row_number() over ()), conversation_id, 'user',
      input_message, task_id, created_at
    from tasks;
    insert into messages (message_id, conversation_id, role, content, task_id, created_at)
    select pg_temp.id_at(completed_at, 10000000 + row_number() over ()), conversation_id,
      'assistant', output, task_id, completed_at
    from tasks where output is not null`);
}

// deno-lint-ignore-file no-console -- a process of its own: it prints its result
import { gzipSync } from "node:zlib";
import { connect, type Sql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { payload } from "@/tests/bench/comments.ts";
import { latencies } from "@/tests/bench/latencies.ts";

const ISSUES = 400;

/**
 * What there is to beat: `connections` loops that write the same rows as one accepted delivery,
 * each in a transaction and commit of its own, with no HTTP, signature or reading before it.
 */
export async function oneCommitEach(url: string, connections: number, seconds: number) {
  const bodies = Array.from({ length: ISSUES }, (_, i) => payload(i + 1));
  const samples: number[] = [];
  const until = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async (_, c) => {
    const db = connect(url, { max: 1 });
    for (let i = c; performance.now() < until; i += connections) {
      const started = performance.now();
      await db.sql.begin((tx) => writeOne(tx, i % ISSUES, bodies[i % ISSUES]));
      samples.push(performance.now() - started);
    }
    await db.close();
  }));
  return { ...latencies(samples), per_second: samples.length / seconds };
}

async function writeOne(tx: Sql, issue: number, body: Uint8Array): Promise<void> {
  const [delivery_id, task_id, message_id, reply_id] = [newId(), newId(), newId(), newId()];
  const [flow_id, external_id] = [`bench-flow-${issue}`, `1/${issue}`];
  const target = { repository: "octo/hello", number: issue, on: "issue_comment", comment_id: 1 };
  const commands = [{ name: "analyze", matched: true, reason: "@agent analyze" }];
  const json = (value: unknown) => tx`${JSON.stringify(value)}::text::jsonb`;
  await tx`insert into deliveries (delivery_id, provider, provider_delivery_id, dedupe_key,
      event_type, external_id, flow_id, actor, outcome, commands, task_ids, headers, body, body_bytes)
    values (${delivery_id}, 'github', ${delivery_id}, ${"github:" + delivery_id},
      'issue_comment.created', ${external_id}, ${flow_id}, ${json({ id: "1", name: "octocat" })},
      'accepted', ${json(commands)}, ${[task_id]}, ${json({ "x-github-event": "issue_comment" })},
      ${gzipSync(body, { level: 1 })}, ${body.length})`;
  const [flow] = await tx`insert into flows (flow_id, provider, external_id, title, conversation_id)
    values (${flow_id}, 'github', ${external_id}, 'An issue', ${newId()})
    on conflict (flow_id) do update set title = flows.title returning conversation_id`;
  await tx`insert into conversations (conversation_id, title, source, flow_id)
    values (${flow.conversation_id}, 'An issue', 'webhook', ${flow_id}) on conflict do nothing`;
  await tx`insert into tasks (task_id, assigned_agent, tool_profile, source, source_metadata, flow_id,
      external_id, conversation_id, input_message)
    values (${task_id}, 'planning', 'read', 'webhook', ${json(target)}, ${flow_id}, ${external_id},
      ${flow.conversation_id}, ${"x".repeat(1500)})`;
  await tx`insert into messages (message_id, conversation_id, role, content, task_id)
    values (${message_id}, ${flow.conversation_id}, 'user', 'analyze why this fails', ${task_id})`;
  await tx`insert into events (event, task_id, data)
    values ('task.created', ${task_id}, ${json({ task_id, status: "queued" })})`;
  await tx`insert into replies (reply_id, task_id, delivery_id, provider, kind, target, body)
    values (${reply_id}, ${task_id}, ${delivery_id}, 'github', 'reaction', ${
    json(target)
  }, 'eyes')`;
  await tx`select send_run_task(${
    JSON.stringify([{ data: { id: task_id }, singletonKey: task_id }])
  }),
    send_send_reply(${JSON.stringify([{ data: { id: reply_id }, singletonKey: reply_id }])}),
    pg_notify('agent_events', '')`;
}

if (import.meta.main) {
  const [url, connections, seconds] = Deno.args;
  console.log(JSON.stringify(await oneCommitEach(url, Number(connections), Number(seconds))));
}

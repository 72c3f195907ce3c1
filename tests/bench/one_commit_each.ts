import { gzipSync } from "node:zlib";
import type { PgBoss } from "pg-boss";
import { connect, type Database, type TransactionSql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { createBoss } from "@/db/queue.ts";

/** Best of 4, 8, 16, 32 and 64 on two cores. */
const POOL = 8;

/** The fields of a signed comment that its rows are made of. */
export interface Comment {
  provider_delivery_id: string;
  body: Uint8Array;
  payload: {
    issue: { number: number; title: string };
    comment: { id: number; body: string; user: { id: number; login: string } };
    repository: { id: number; full_name: string };
  };
}

/**
 * What there is to beat: the same rows and jobs as those of an accepted delivery, in a transaction
 * and commit of its own for each, statement by statement, and jobs as pg-boss sends them.
 */
export async function oneCommitEach(url: string) {
  const db = connect(url, { max: POOL });
  const boss = createBoss(db);
  await boss.start();
  return (comment: Comment) => writeOne(db, boss, comment);
}

async function writeOne(db: Database, boss: PgBoss, comment: Comment) {
  return await db.sql.begin(async (tx) => {
    const delivery = await writeDelivery(tx, comment);
    if (!delivery) return { outcome: "duplicate", task_ids: [] };
    const { task_id, reply_id } = delivery;
    await writeTask(tx, delivery, comment, await conversationOf(tx, delivery, comment));
    const options = { db: bossIn(tx) };
    await boss.send("run_task", { id: task_id }, { ...options, singletonKey: task_id });
    await boss.send("send_reply", { id: reply_id }, { ...options, singletonKey: reply_id });
    await tx`select pg_notify('agent_events', '')`;
    return { outcome: "accepted", delivery_id: delivery.delivery_id, task_ids: [task_id] };
  });
}

const bossIn = (tx: TransactionSql) => ({
  executeSql: async (text: string, values: unknown[] = []) => ({
    rows: await tx.unsafe(text, values as never[], { prepare: true }),
  }),
});

type Written = NonNullable<Awaited<ReturnType<typeof writeDelivery>>>;

async function writeDelivery(
  tx: TransactionSql,
  { provider_delivery_id, body, payload: { issue, comment, repository } }: Comment,
) {
  const external_id = `${repository.id}#${issue.number}`;
  const row = {
    delivery_id: newId(),
    provider: "github",
    provider_delivery_id,
    dedupe_key: `github::${provider_delivery_id}`,
    content_key: `github:${repository.id}:${comment.id}`,
    event_type: "issue_comment.created",
    external_id,
    flow_id: `bench-${external_id}`,
    actor: { id: String(comment.user.id), name: comment.user.login, trust: "trusted" },
    outcome: "accepted",
    commands: [{ name: "analyze", matched: true, reason: "asked for" }],
    task_ids: [newId()],
    headers: { "x-github-event": "issue_comment" },
    body: gzipSync(body, { level: 1 }),
    body_bytes: body.length,
  };
  const written = await tx`
    insert into deliveries ${tx(row as never)} on conflict do nothing returning true`;
  const { delivery_id, flow_id, task_ids: [task_id] } = row;
  return written.length > 0
    ? { delivery_id, flow_id, external_id, task_id, reply_id: newId() }
    : null;
}

/** That of the flow, which begins with its first delivery. */
async function conversationOf(
  tx: TransactionSql,
  { flow_id, external_id }: Written,
  { payload: { issue } }: Comment,
): Promise<string> {
  const find = () => tx`select conversation_id from flows where flow_id = ${flow_id}`;
  const [there] = await find();
  if (there) return there.conversation_id;
  const [made] = await tx`
    insert into flows (flow_id, provider, external_id, title, conversation_id)
    values (${flow_id}, 'github', ${external_id}, ${issue.title}, ${newId()})
    on conflict (flow_id) do nothing returning conversation_id`;
  if (!made) return (await find())[0].conversation_id;
  await tx`
    insert into conversations (conversation_id, title, source, flow_id)
    values (${made.conversation_id}, ${issue.title}, 'webhook', ${flow_id})`;
  return made.conversation_id;
}

async function writeTask(
  tx: TransactionSql,
  { delivery_id, flow_id, external_id, task_id, reply_id }: Written,
  { payload: { issue, comment, repository } }: Comment,
  conversation_id: string,
): Promise<void> {
  const target = {
    repository: repository.full_name,
    number: issue.number,
    on: "issue_comment",
    comment_id: comment.id,
  };
  const metadata = { provider: "github", delivery_id, reply_to: target };
  await tx`
    insert into tasks (task_id, assigned_agent, tool_profile, source, source_metadata, flow_id,
      external_id, conversation_id, input_message)
    values (${task_id}, 'planning', 'read', 'webhook', ${metadata as never}, ${flow_id},
      ${external_id}, ${conversation_id}, ${`${"x".repeat(1500)}${comment.body}`})`;
  await tx`
    insert into messages (message_id, conversation_id, role, content, task_id)
    values (${newId()}, ${conversation_id}, 'user', ${comment.body}, ${task_id})`;
  await tx`
    insert into events (event, task_id, data)
    values ('task.created', ${task_id}, ${{
    task_id,
    status: "queued",
    conversation_id,
  } as never})`;
  await tx`
    insert into replies (reply_id, task_id, delivery_id, provider, kind, target, body)
    values (${reply_id}, ${task_id}, ${delivery_id}, 'github', 'reaction', ${target as never},
      'eyes')`;
}

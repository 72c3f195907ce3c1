import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { flushAnswerTimes, recordAnswerTime } from "@/db/deliveries/answer_times.ts";
import { refuseDelivery } from "@/db/deliveries/refuse.ts";
import { largeBodiesKept } from "@/db/deliveries/large_body.ts";
import { getDelivery, listDeliveries, rawDelivery } from "@/db/deliveries/list.ts";
import { listMessages } from "@/db/conversations.ts";
import { listReplies } from "@/db/replies.ts";
import { getTask, listTasks } from "@/db/tasks.ts";
import { newId } from "@/db/ids.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";

Deno.test("a delivery, its task, message, reply and jobs are born together", async () => {
  await using t = await testDatabase();
  const record = acceptRecord({ body: '{"text":"caf\\u00e9"}' });
  const answer = await acceptDelivery(t.db, record);
  assert.equal(answer.outcome, "accepted");
  assert.deepEqual(answer.task_ids, [record.tasks[0].task_id]);

  const task = await getTask(t.db, answer.task_ids[0]);
  assert.equal(task?.status, "queued");
  assert.equal(task?.source, "webhook");
  assert.equal(task?.flow_id, record.delivery.flow_id);
  const messages = await listMessages(t.db, task!.conversation_id, { limit: 10 });
  assert.deepEqual(messages.items.map((m) => m.content), ["@agent analyze"]);
  const [reply] = await listReplies(t.db, { delivery_id: answer.delivery_id });
  assert.equal(reply.kind, "reaction");
  const jobs = await t.db.sql`select name, data->>'id' as id from pgboss.job order by name`;
  assert.deepEqual(jobs.map((j) => [j.name, j.id]), [
    ["run_task", task!.task_id],
    ["send_reply", reply.reply_id],
  ]);
  const raw = await rawDelivery(t.db, answer.delivery_id);
  assert.equal(new TextDecoder().decode(raw!.body!), '{"text":"caf\\u00e9"}');
});

Deno.test("the same delivery fifty times at once starts one task", async () => {
  await using t = await testDatabase();
  const answers = await Promise.all(
    Array.from(
      { length: 50 },
      () => acceptDelivery(t.db, acceptRecord({ provider_delivery_id: "same", flow_id: "flow-1" })),
    ),
  );
  assert.equal(answers.filter((a) => a.outcome === "accepted").length, 1);
  assert.equal(answers.filter((a) => a.outcome === "duplicate").length, 49);
  assert.equal(new Set(answers.map((a) => a.delivery_id)).size, 1);
  assert.equal(new Set(answers.map((a) => a.task_ids[0])).size, 1);
  assert.equal((await listTasks(t.db, {}, { limit: 10 })).items.length, 1);
  const repeated = await listDeliveries(t.db, { outcome: "duplicate" }, { limit: 100 });
  assert.equal(repeated.items.length, 49);
  assert.equal(repeated.items[0].duplicate_of, answers[0].delivery_id);
});

Deno.test("two processes that accept the same hundred deliveries in opposite order never deadlock", async () => {
  await using t = await testDatabase();
  const { connect } = await import("@/db/client.ts");
  const other = connect(t.url);
  try {
    const ids = Array.from({ length: 100 }, (_, i) => i);
    const accept = (db: typeof other, i: number) =>
      acceptDelivery(db, acceptRecord({ provider_delivery_id: `d${i}`, flow_id: `f${i % 7}` }));
    const answers = await Promise.all([
      ...ids.map((i) => accept(t.db, i)),
      ...ids.toReversed().map((i) => accept(other, i)),
    ]);
    assert.equal(answers.filter((a) => a.outcome === "accepted").length, 100);
    const [{ conversations }] = await t.db.sql`select count(*) as conversations from conversations`;
    assert.equal(conversations, 7);
  } finally {
    await other.close();
  }
});

Deno.test("deliveries about one thing share a conversation", async () => {
  await using t = await testDatabase();
  const first = await acceptDelivery(t.db, acceptRecord({ flow_id: "flow-x" }));
  const second = await acceptDelivery(t.db, acceptRecord({ flow_id: "flow-x" }));
  const tasks = await Promise.all([first, second].map((a) => getTask(t.db, a.task_ids[0])));
  assert.equal(tasks[0]!.conversation_id, tasks[1]!.conversation_id);
});

Deno.test("a bad record fails alone, not those that share its commit", async () => {
  await using t = await testDatabase();
  const bad = acceptRecord({ task: { tool_profile: "everything" as "full" } });
  const results = await Promise.allSettled([
    acceptDelivery(t.db, acceptRecord()),
    acceptDelivery(t.db, bad),
    acceptDelivery(t.db, acceptRecord()),
  ]);
  assert.deepEqual(results.map((r) => r.status), ["fulfilled", "rejected", "fulfilled"]);
  assert.equal(await getDelivery(t.db, bad.delivery.delivery_id), null);
});

Deno.test("a delivery that names tasks which find no conversation is not taken at all", async () => {
  await using t = await testDatabase();
  const lost = acceptRecord();
  lost.flow = null;
  const nameless = acceptRecord();
  nameless.flow = nameless.delivery.flow_id = null;
  // a reply that says the task's id would be refused by itself
  lost.replies = nameless.replies = [];
  const results = await Promise.allSettled([
    acceptDelivery(t.db, lost),
    acceptDelivery(t.db, acceptRecord()),
    acceptDelivery(t.db, nameless),
  ]);
  assert.deepEqual(results.map((r) => r.status), ["rejected", "fulfilled", "rejected"]);
  assert.equal((await listTasks(t.db, {}, { limit: 9 })).items.length, 1);
  for (const { delivery } of [lost, nameless]) {
    assert.equal(await getDelivery(t.db, delivery.delivery_id), null);
  }
});

Deno.test("the database refuses a group whose deliveries name other tasks than it makes", async () => {
  await using t = await testDatabase();
  const items = [{ flow_id: null, task_ids: [newId()], tasks: [] }];
  await assert.rejects(
    async () => await t.db.sql`select start_tasks(${JSON.stringify(items)}::text::jsonb)`,
    /1 tasks are named and 0 were made/,
  );
});

Deno.test("NUL and half a surrogate pair are stored as their escapes", async () => {
  await using t = await testDatabase();
  const record = acceptRecord({ task: { input_message: "a\0b \ud83d 🧑‍🚀 \\u0000" } });
  await acceptDelivery(t.db, record);
  const task = await getTask(t.db, record.tasks[0].task_id);
  assert.equal(task?.input_message, "a\\u0000b \\ud83d 🧑‍🚀 \\u0000");
});

Deno.test("a large body is kept behind the answer, byte for byte; of a repeated one nothing", async () => {
  await using t = await testDatabase();
  const body = crypto.getRandomValues(new Uint8Array(65_536)).toHex().repeat(16);
  const record = acceptRecord({ body, provider_delivery_id: "large" });
  const { delivery_id } = await acceptDelivery(t.db, record);
  const again = acceptRecord({ body, provider_delivery_id: "large" });
  assert.equal((await acceptDelivery(t.db, again)).outcome, "duplicate");
  await largeBodiesKept(t.db);
  const raw = await rawDelivery(t.db, delivery_id);
  assert.equal(new TextDecoder().decode(raw!.body!), body);
  const [{ webhooks }] = await t.db.sql`
    select count(distinct delivery_id)::int as webhooks from delivery_body_parts`;
  assert.equal(webhooks, 1);
});

Deno.test("refused deliveries are listed with their reason, without a body, and capped", async () => {
  await using t = await testDatabase();
  const refusal = {
    provider: "github",
    webhook_id: null,
    outcome: "refused" as const,
    reason: "the signature is wrong",
    event_type: "push",
    provider_delivery_id: "x".repeat(5000),
    body_bytes: 12,
    answered_ms: 1.5,
  };
  for (let i = 0; i < 1010; i += 10) {
    await Promise.all(Array.from({ length: 10 }, () => refuseDelivery(t.db, refusal)));
  }
  const [{ count }] = await t.db.sql`select count(*) from deliveries`;
  assert.ok(count <= 1011, `${count} are kept`);
  const { items } = await listDeliveries(t.db, { outcome: "refused" }, { limit: 1 });
  assert.equal(items[0].reason, "the signature is wrong");
  assert.equal(items[0].provider_delivery_id?.length, 200);
  assert.equal((await rawDelivery(t.db, items[0].delivery_id))!.body, null);
});

Deno.test("noting how long an answer took rewrites nothing but its row, in the page where it is", async () => {
  await using t = await testDatabase();
  const accepted = await Promise.all(
    Array.from({ length: 40 }, () => acceptDelivery(t.db, acceptRecord())),
  );
  const pages = async () => [
    ...await t.db.sql`
      select delivery_id, (ctid::text::point)[0] as page from deliveries order by delivery_id`,
  ];
  const before = await pages();
  for (const { delivery_id } of accepted) recordAnswerTime(t.db, delivery_id, 2.5);
  await flushAnswerTimes(t.db);
  assert.equal((await t.db.sql`select from deliveries where answered_ms = 2.5`).length, 40);
  assert.deepEqual(await pages(), before);
  const indexes = await t.db.sql`
    select indexdef from pg_indexes where tablename = 'deliveries' and indexdef ~ 'answered_ms'`;
  assert.deepEqual([...indexes], [], "an index with it would be written, and all others too");
});

Deno.test("all jobs of a group are sent, whatever else its members cause", async () => {
  await using t = await testDatabase();
  const silent = acceptRecord();
  silent.replies = [];
  const only_said = acceptRecord();
  only_said.tasks = [];
  only_said.replies.forEach((reply) => reply.task_id = null);
  const records = [acceptRecord(), silent, only_said, acceptRecord()];
  await Promise.all(records.map((record) => acceptDelivery(t.db, record)));
  const jobs = await t.db.sql`select name, singleton_key as id from pgboss.job order by 1, 2`;
  const ids = (name: string) => jobs.filter((job) => job.name === name).map(({ id }) => id);
  const tasks = records.flatMap((record) => record.tasks.map(({ task_id }) => task_id));
  const replies = records.flatMap((record) => record.replies.map(({ reply_id }) => reply_id));
  assert.deepEqual([ids("run_task"), ids("send_reply")], [tasks.sort(), replies.sort()]);
});

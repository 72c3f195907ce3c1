/** Threads that we begin, as the rows of their flows and questions show them. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { listMessages } from "@/db/conversations.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { getDelivery } from "@/db/deliveries/list.ts";
import { continueFlow, flowIdOf } from "@/db/flows.ts";
import { newId } from "@/db/ids.ts";
import { openQuestion } from "@/db/questions.ts";
import { finishReply, listReplies } from "@/db/replies.ts";
import { getTask } from "@/db/tasks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";

const TARGET = { channel: "C1", thread_ts: null };
const thread = (flow_id: string, url: string | null = null) => ({
  flow_id,
  external_id: `T1:C1:${flow_id}`,
  url,
});

/** A delivery that asks a question in a flow of its own; the reply that says it. */
async function asks(db: Database, question = "Which one?", flow_id = `flow-${newId()}`) {
  const record = acceptRecord({ flow_id });
  const [reply_id, question_id] = [newId(), newId()];
  const command = "ship";
  const next = {
    assigned_agent: "planning",
    model: null,
    requires_repository: false,
    tool_profile: "read" as const,
  };
  await acceptDelivery(db, {
    ...record,
    tasks: [],
    replies: [
      { reply_id, task_id: null, command, kind: "comment", target: TARGET, body: question },
      { reply_id: newId(), task_id: null, command, kind: "comment", target: TARGET, body: "Hi" },
    ],
    question: { question_id, command, question, next },
  });
  return { flow_id, reply_id, question_id, delivery_id: record.delivery.delivery_id };
}

const flowOf = async ({ sql }: Database, flow_id: string) => {
  const [flow] = await sql`select * from flows where flow_id = ${flow_id}`;
  return flow;
};

Deno.test("a thread that a reply began has the conversation of the reply, and its question", async () => {
  await using t = await testDatabase();
  const { flow_id, reply_id, question_id } = await asks(t.db);
  await continueFlow(t.db, reply_id, thread("new", "https://app.slack.com/x"));
  await continueFlow(t.db, reply_id, thread("new"));
  const [old, begun] = [await flowOf(t.db, flow_id), await flowOf(t.db, "new")];
  assert.equal(begun.conversation_id, old.conversation_id);
  assert.deepEqual([begun.provider, begun.title], [old.provider, old.title]);
  assert.deepEqual([begun.external_id, begun.url], ["T1:C1:new", "https://app.slack.com/x"]);
  assert.equal(await openQuestion(t.db, flow_id), null);
  assert.equal((await openQuestion(t.db, "new"))?.question_id, question_id);
  // the last part of a long question has its buttons
  await continueFlow(t.db, reply_id, thread("last"));
  assert.equal((await openQuestion(t.db, "last"))?.question_id, question_id);
});

Deno.test("only the reply that asks takes the question along", async () => {
  await using t = await testDatabase();
  const { flow_id, reply_id, question_id, delivery_id } = await asks(t.db);
  const replies = await listReplies(t.db, { delivery_id });
  const other = replies.find((one) => one.reply_id !== reply_id)!;
  await continueFlow(t.db, other.reply_id, thread("new"));
  assert.equal((await openQuestion(t.db, flow_id))?.question_id, question_id);
  // a later question in the same flow took the place of the first: its reply moves it, not the first's
  const later = await asks(t.db, "And when?", flow_id);
  await continueFlow(t.db, reply_id, thread("first"));
  assert.equal((await openQuestion(t.db, flow_id))?.question_id, later.question_id);
  await continueFlow(t.db, later.reply_id, thread("second"));
  assert.equal((await openQuestion(t.db, "second"))?.question_id, later.question_id);
});

Deno.test("a thread that has its flow and question already keeps them", async () => {
  await using t = await testDatabase();
  const { reply_id, flow_id, question_id } = await asks(t.db);
  const there = await asks(t.db, "Another?");
  const before = await flowOf(t.db, there.flow_id);
  await continueFlow(t.db, reply_id, thread(there.flow_id));
  assert.deepEqual(await flowOf(t.db, there.flow_id), before);
  assert.equal((await openQuestion(t.db, there.flow_id))?.question_id, there.question_id);
  assert.equal((await openQuestion(t.db, flow_id))?.question_id, question_id);
});

Deno.test("the answer of a task goes on with the flow of the task; without a flow nothing does", async () => {
  await using t = await testDatabase();
  const { task_ids: [task_id] } = await acceptDelivery(t.db, acceptRecord());
  const task = (await getTask(t.db, task_id))!;
  await t.db.sql.begin((tx) => finishReply(tx, task, "Done"));
  const replies = await listReplies(t.db, { task_id });
  const { reply_id } = replies.find(({ kind }) => kind === "comment")!;
  await continueFlow(t.db, reply_id, thread("new"));
  assert.equal((await flowOf(t.db, "new")).conversation_id, task.conversation_id);

  await t.db.sql`update tasks set flow_id = null where task_id = ${task_id}`;
  await continueFlow(t.db, reply_id, thread("none"));
  assert.equal(await flowOf(t.db, "none"), undefined);
});

Deno.test("a flow's id is that of its four parts, kept apart", () => {
  const id = flowIdOf("slack", "slack.com", "T1", "C1:1.2");
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(id, flowIdOf("slack", "slack.com", "T1", "C1:1.2"));
  assert.notEqual(id, flowIdOf("slack", "slack.comT1", "", "C1:1.2"));
  assert.notEqual(id, flowIdOf("slack", "slack.com", 'T1","C1', "1.2"));
});

Deno.test("a question is asked in the conversation of its flow, and answered once", async () => {
  await using t = await testDatabase();
  const asking = acceptRecord({ flow_id: "flow-q" });
  asking.tasks = asking.replies = [];
  asking.question = {
    question_id: newId(),
    command: "analyze",
    question: "Which version?",
    next: {
      assigned_agent: "planning",
      model: null,
      tool_profile: "read",
      requires_repository: false,
    },
  };
  await acceptDelivery(t.db, asking);
  const question = await openQuestion(t.db, "flow-q");
  assert.equal(question?.question, "Which version?");

  const answer = () => {
    const record = acceptRecord({ flow_id: "flow-q", task: { command: "answer" } });
    record.delivery.commands = [{ name: "answer", matched: true, reason: "it answers" }];
    return { ...record, replies: [], answers: question!.question_id };
  };
  const answers = await Promise.all([answer(), answer()].map((r) => acceptDelivery(t.db, r)));
  const outcomes = answers.map(({ outcome }) => outcome).sort();
  assert.deepEqual(outcomes, ["accepted", "ignored"]);
  const first = answers.find(({ outcome }) => outcome === "accepted")!;
  const task = await getTask(t.db, first.task_ids[0]);
  const messages = await listMessages(t.db, task!.conversation_id, { limit: 10 });
  assert.deepEqual(messages.items.map(({ role }) => role), ["assistant", "user"]);
  assert.equal(await openQuestion(t.db, "flow-q"), null);
  const late = answers.find(({ outcome }) => outcome === "ignored")!;
  assert.match((await getDelivery(t.db, late.delivery_id))!.reason!, /answered meanwhile/);
});

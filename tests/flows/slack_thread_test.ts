/** A slash command has no thread: what is written below our answer to it belongs to it all the same. */
import assert from "node:assert/strict";
import { startServiceRecorder } from "@/server/demo/service_recorder.ts";
import { CHANNEL, deliverSlack, slackServer, slackWorker } from "@/tests/flows/slack_scene.ts";
import { startSystem, type System } from "@/tests/flows/system.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

interface Message {
  channel: string;
  thread_ts?: string;
  markdown_text?: string;
  blocks?: { type: string; elements?: { action_id: string; value: string }[] }[];
}

async function scene() {
  const stack = new AsyncDisposableStack();
  const recorder = startServiceRecorder();
  stack.defer(() => recorder.close());
  const env = slackWorker(recorder.url);
  const s = stack.use(await startSystem({ worker: { env }, server: slackServer }));
  await s.startWorker();
  const saidAt = (path: string) => recorder.said.filter((one) => one.path === path);
  return {
    ...s,
    paths: () => [...new Set(recorder.said.map(({ path }) => path))].sort(),
    posted: () => saidAt("/chat.postMessage").map(({ body }) => body as Message),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const typed = (s: System, text: string) =>
  deliverSlack(s, "slash_command", (fields) => fields.text = text);

const written = (s: System, type: string, text: string, thread_ts: string) =>
  deliverSlack(s, "thread_reply", ({ event }) => Object.assign(event, { type, text, thread_ts }));

/** When the last of `count` comments is out, the time of each, which names the thread it began. */
async function untilSent(s: System, count: number): Promise<string[]> {
  const sent = async () =>
    await s.db.sql<{ outside_id: string }[]>`
      select outside_id from replies where kind = 'comment' and status = 'sent' order by reply_id`;
  await untilTrue(async () => (await sent()).length >= count);
  return (await sent()).map(({ outside_id }) => outside_id.split(":")[1]);
}

Deno.test("the answer of a slash command stands in the channel, and its thread goes on with it", async () => {
  await using s = await scene();
  const asked = await typed(s, "analyze the totals [[hello]]");
  const [task_id] = asked.task_ids;
  assert.equal((await s.ended(task_id)).status, "completed");
  const [ts] = await untilSent(s, 1);
  const [answer] = s.posted();
  assert.deepEqual([answer.channel, answer.thread_ts], [CHANNEL, undefined]);
  assert.match(answer.markdown_text!, /Hello/);
  assert.deepEqual(s.paths(), ["/chat.postMessage"], "there is no message to react to");

  const more = await written(s, "app_mention", "@agent plan a way out [[hello]]", ts);
  assert.notEqual(more.flow_id, asked.flow_id);
  assert.equal(more.conversation_id, asked.conversation_id);
  const task = await s.ended(more.task_ids[0]);
  assert.equal(task.conversation_id, asked.conversation_id);
  assert.match(JSON.stringify(s.model.requests.at(-1)!.body), /analyze the totals/);
  await untilSent(s, 2);
  assert.deepEqual(s.posted().map(({ thread_ts }) => thread_ts), [undefined, ts]);
  const [flow] = await s.db.sql`select * from flows where flow_id = ${more.flow_id}`;
  assert.equal(flow.external_id, `T0HARBOUR:${CHANNEL}:${ts}`);
  assert.equal(
    flow.url,
    `https://app.slack.com/client/T0HARBOUR/${CHANNEL}/thread/${CHANNEL}-${ts}`,
  );

  const elsewhere = await written(s, "app_mention", "@agent plan [[hello]]", "1700000000.000100");
  assert.notEqual(elsewhere.conversation_id, asked.conversation_id);
});

Deno.test("the question of a slash command is answered in its thread, in words or by a button", async () => {
  await using s = await scene();
  const ship = { name: "ship", action: "ask", template: "Which one?", choices: ["api", "web"] };
  const { status, text } = await s.call("POST", "/api/webhooks/slack/commands", ship);
  assert.equal(status, 201, text);
  const first = await typed(s, "ship");
  const second = await typed(s, "ship");
  assert.deepEqual([first.outcome, first.task_ids, first.reason], ["accepted", [], null]);
  const [one, other] = await untilSent(s, 2);
  assert.ok(s.posted().every(({ channel, thread_ts }) => channel === CHANNEL && !thread_ts));

  const worded = await written(s, "message", "the [[hello]] one, please", one);
  assert.deepEqual([worded.outcome, worded.task_ids.length], ["accepted", 1], worded.reason);
  assert.equal(worded.conversation_id, first.conversation_id);
  const task = await s.ended(worded.task_ids[0]);
  assert.equal(task.source_metadata.command, "answer");
  await untilSent(s, 3);
  assert.equal(s.posted()[2].thread_ts, one, "the answer goes where the question was answered");
  const again = await written(s, "message", "or another [[hello]] one", one);
  assert.equal(again.outcome, "ignored", "a question is answered once");

  const { elements } = s.posted()[1].blocks!.find(({ type }) => type === "actions")!;
  const pressed = await deliverSlack(s, "button", (done) => {
    done.actions = [{ ...done.actions[0], ...elements![1] }];
    done.container.message_ts = other;
    done.message = { ts: other, text: "Which one?" };
  });
  assert.deepEqual([pressed.outcome, pressed.task_ids.length], ["accepted", 1], pressed.reason);
  assert.equal(pressed.conversation_id, second.conversation_id);
  const chosen = await s.ended(pressed.task_ids[0]);
  assert.match(chosen.input_message, /web/);
});

Deno.test("a slash command is no message: nothing tries to react to it", async () => {
  await using s = await scene();
  const wave = { name: "wave", action: "github_reaction", reaction: "rocket" };
  assert.equal((await s.call("POST", "/api/webhooks/slack/commands", wave)).status, 201);
  for (const text of ["wave", "analyze [[hello]]"]) {
    const { delivery_id } = await typed(s, text);
    const reactions = await s.db.sql`
      select from replies where delivery_id = ${delivery_id} and kind = 'reaction'`;
    assert.equal(reactions.length, 0, text);
  }
  const [{ notes }] = await s.db.sql`select notes from deliveries order by delivery_id limit 1`;
  assert.deepEqual(notes, ["wave: there is no message to react to"]);
});

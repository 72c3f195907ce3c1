/** Work that is asked for, decided and told of in Slack: one message, whatever happens. */
import assert from "node:assert/strict";
import { listApprovals } from "@/db/approvals.ts";
import {
  CHANNEL,
  deliverSlack,
  press,
  slackServer,
  slackWorker,
  startSlack,
  writeBelow,
} from "@/tests/flows/slack_scene.ts";
import { REPOSITORY, workshop } from "@/tests/flows/workflow_scene.ts";

async function scene(settings: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const slack = startSlack();
  stack.defer(() => slack.close());
  const server = { ...slackServer, REPOSITORIES: `github:${REPOSITORY}`, ...settings };
  const env = { ...slackWorker(slack.url), ...settings };
  const w = stack.use(await workshop({ server, worker: { env } }));
  return { w, s: w.s, slack, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const approvals = async (s: Parameters<typeof press>[0]) =>
  (await listApprovals(s.db, {}, { limit: 10 })).items;

Deno.test("asked for in a thread: one message from the start to the pull request", async () => {
  await using scened = await scene();
  const { w, s, slack } = scened;
  const text = `<@U0AGENT> @agent fix the greeting in ${REPOSITORY}`;
  const asked = await deliverSlack(s, "app_mention", ({ event }) => event.text = text);
  assert.equal(asked.outcome, "accepted", asked.reason);
  const ready = await slack.message(({ words }) => /Plan ready/.test(words));
  const [first] = slack.said.filter(({ path }) => path === "/chat.postMessage");
  assert.match(JSON.stringify(first.body), /Started: .*Step [12] of 6: (brain|planning)/);
  assert.match(ready.words, /Background[\s\S]*What was done[\s\S]*Key insights[\s\S]*README\.md/);
  assert.deepEqual(ready.buttons.map(({ action_id }) => action_id), ["approve", "reject", "open"]);
  assert.match(ready.buttons[2].url!, /\/approvals\/[0-9a-f-]{36}$/);

  const stranger = await press(s, ready, "approve", "U0SAM");
  assert.equal(stranger.outcome, "ignored");
  await slack.message(() => slack.whispers().length === 1);
  const [told] = slack.whispers();
  assert.deepEqual([told.user, told.channel], ["U0SAM", CHANNEL]);
  assert.match(told.markdown_text, /Nothing was decided\..*U0SAM is not in SLACK_TRUSTED_USERS/);
  assert.deepEqual((await approvals(s)).map(({ status }) => status), ["pending"]);

  const yes = await press(s, ready, "approve");
  assert.deepEqual([yes.outcome, yes.flow_id], ["accepted", asked.flow_id]);
  await w.workflow(({ waits_for }) => waits_for === "pull_request");
  const made = await slack.message(({ words }) => /To review/.test(words));
  assert.match(made.words, /\*Approved\* by <@U0NORA> \(slack button\)/);
  assert.match(
    made.words,
    /<http[^|]*\/pull\/101\|Pull request #101>.*US dollars, \d+ min of work/,
  );
  assert.deepEqual(made.buttons.map(({ action_id }) => action_id), ["open"]);
  assert.equal(made.ts, ready.ts);
  assert.equal(slack.messages().length, 1, "all of it is one message");
  assert.deepEqual(
    (await approvals(s)).map(({ decided_by, decided_via }) => [
      decided_by,
      decided_via,
    ]),
    [["U0NORA", "slack button"]],
  );

  const late = await press(s, ready, "approve");
  assert.equal(late.outcome, "accepted", "the gate says what became of it");
  await slack.message(() => slack.whispers().length === 2);
  assert.match(slack.whispers()[1].markdown_text, /Nothing was decided.*approved by U0NORA/);

  await w.tellOfPull("closed", { merged: true, state: "closed" });
  await slack.message(({ words }) => /✅ Done[\s\S]*pull request was merged/.test(words));
  assert.equal(slack.messages().length, 1);
});

Deno.test("asked for elsewhere: told in the channel, rejected there by a button, and why in its thread", async () => {
  await using scened = await scene({ SLACK_NOTIFY_CHANNEL: "C0RELEASES" });
  const { w, s, slack } = scened;
  await w.say("@agent fix the greeting");
  const ready = await slack.message(({ words }) => /Plan ready/.test(words));
  assert.deepEqual([ready.channel, ready.thread_ts], ["C0RELEASES", null]);
  assert.match(ready.words, /Asked for by Codertocat \(github\)/);
  await s.github.until(() => /Files affected/.test(s.github.comments[0]?.body ?? ""));

  await s.db.sql`update approvals set next_reminder_at = now()`;
  const reminder = await slack.message(({ words }) => /still waits/.test(words));
  assert.deepEqual([reminder.channel, reminder.thread_ts], ["C0RELEASES", ready.ts]);
  await s.github.until(() => s.github.comments.some(({ body }) => /still waits/.test(body)));

  const no = await press(s, ready, "reject");
  const [{ flow_id }] = await approvals(s);
  assert.equal(no.flow_id, flow_id, "what happens below the message belongs to the flow");
  const ended = await w.workflow(({ status }) => status === "stopped");
  assert.equal(ended.end_text, "The plan was rejected by U0NORA.");
  const question = await slack.message(({ words }) => /Why\?/.test(words));
  assert.equal(question.thread_ts, ready.ts);
  assert.match(question.words, /^\n<@U0NORA> .*rejected\. Why\?/);

  const other = await writeBelow(s, ready, "I would have taken it", "U0SAM");
  assert.equal(other.outcome, "ignored", "it is not theirs to say why");
  const said = await writeBelow(s, ready, "it is not <!channel> wanted");
  assert.deepEqual([said.outcome, said.flow_id], ["accepted", flow_id], said.reason);
  const stopped = await slack.message(({ words }) => /not .*wanted/.test(words));
  assert.equal(stopped.ts, ready.ts);
  assert.match(stopped.words, /\*Rejected\* by <@U0NORA> \(slack button\): it is not/);
  assert.ok(!stopped.words.includes("<!channel>"));
  assert.deepEqual(stopped.buttons.map(({ action_id }) => action_id), ["open"]);
  const [approval] = await approvals(s);
  assert.deepEqual([approval.status, approval.note], ["rejected", "it is not @channel wanted"]);
  await s.github.until(() => /Rejected.*not .*wanted/.test(s.github.comments[0].body));
  const more = await writeBelow(s, ready, "and another thing");
  assert.equal(more.outcome, "ignored", "one reason is asked for");
  const flows = await s.db.sql`select from flows`;
  assert.equal(flows.length, 1, "no flow of its own is made of the thread");
});

/** What tells of a workflow goes out by the outbox, as a card. */
import assert from "node:assert/strict";
import { startServiceRecorder } from "@/server/demo/service_recorder.ts";
import { decideApproval } from "@/db/approvals/decide.ts";
import type { Reply } from "@/db/nouns/reply.ts";
import { timeline } from "@/db/flows/timeline.ts";
import { machine } from "@/tests/helpers/machine.ts";
import { waitingPlan } from "@/tests/helpers/workflows.ts";
import { posted, recorder, refused } from "@/tests/server/providers/slack_recorder.ts";
import { me } from "@/tests/server/providers/slack_reply_scene.ts";
import { sendReply } from "@/workers/send_reply.ts";
import { tendWaitingPlans } from "@/workers/waiting_plans.ts";

const TARGET = {
  team: null,
  channel: "C0RELEASES",
  thread_ts: null,
  message_ts: null,
  user: null,
  response_url: null,
};
const NOTICE = { provider: "slack", target: TARGET, is_source: true };
const TOKEN = "xoxb-a-token-of-the-test";

async function scene(settings: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const recorder = startServiceRecorder();
  stack.defer(() => recorder.close());
  const m = stack.use(
    await machine({ env: { SLACK_API_URL: `${recorder.url}/slack`, ...settings } }),
  );
  const worker = await m.worker();
  return {
    db: m.db,
    worker,
    recorder,
    async send(): Promise<Reply[]> {
      // what the channel's pace would hold back goes at once
      await m.db.sql`delete from reply_pace`;
      const due = await m.db.sql`
        select reply_id from replies where status = 'pending' and provider = 'slack'
        order by reply_id`;
      for (const { reply_id } of due) {
        await m.db.sql`update replies set next_try_at = now() where reply_id = ${reply_id}`;
        await sendReply(worker, reply_id);
      }
      return await m.db.sql<Reply[]>`
        select * from replies where provider = 'slack' order by reply_id`;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

// deno-lint-ignore no-explicit-any -- what was said is looked into
type Said = any;

Deno.test("it is posted once and edited, and its thread belongs to the flow; secrets stay here", async () => {
  await using s = await scene({ SLACK_BOT_TOKEN: TOKEN });
  const plan = await waitingPlan(s.db, { rules: { notice: NOTICE } });
  await s.db.sql`
    update replies set card = jsonb_set(card, '{lines,0}', to_jsonb(${`Use ${TOKEN}!`}::text))`;
  const [first] = await s.send();
  assert.deepEqual([first.status, first.outside_ids.length, first.last_error], ["sent", 1, null]);
  const [{ path, body }] = s.recorder.said as Said[];
  assert.deepEqual([path, body.channel], ["/chat.postMessage", "C0RELEASES"]);
  assert.ok(!JSON.stringify(body).includes(TOKEN), "a token went out");
  const aliases = await s.db.sql`select flow_id from flow_aliases`;
  assert.deepEqual(aliases.map(({ flow_id }) => flow_id), [plan.flow_id]);

  const { approval_id } = plan;
  await s.db.sql.begin((tx) =>
    decideApproval(tx, {
      approval_id,
      decision: "rejected",
      note: "no",
      person: { key: "dashboard:anna", name: "anna" },
      via: "dashboard",
      plan_hash: null,
    })
  );
  const [again] = await s.send();
  assert.deepEqual(again.outside_ids, first.outside_ids);
  const [, second, ...more] = s.recorder.said as Said[];
  assert.deepEqual([second.path, more], ["/chat.update", []]);
  assert.match(JSON.stringify(second.body.blocks), /\*Rejected\* by anna \(dashboard\): no/);
});

Deno.test("a message that somebody deleted is posted anew, and its thread is the flow's as well", async () => {
  await using hub = recorder(
    me(),
    posted("1700000009.000100"),
    refused("message_not_found"),
    me(),
    posted("1700000009.000200"),
  );
  await using s = await scene({ SLACK_BOT_TOKEN: TOKEN, SLACK_API_URL: hub.base_url });
  await waitingPlan(s.db, { rules: { notice: NOTICE } });
  const [first] = await s.send();
  assert.deepEqual(first.outside_ids, ["C1:1700000009.000100"]);
  await s.db.sql`
    update replies set status = 'pending', version = version + 1, tries = 0
    where provider = 'slack'`;
  const [second] = await s.send();
  assert.deepEqual([second.status, second.outside_ids], ["sent", ["C1:1700000009.000200"]]);
  assert.deepEqual(hub.seen.map(({ path }) => path), [
    "auth.test",
    "chat.postMessage",
    "chat.update",
    "auth.test",
    "chat.postMessage",
  ]);
  assert.equal((await s.db.sql`select from flow_aliases`).length, 2);
});

Deno.test("a reminder is a new message in the thread of what it reminds of", async () => {
  await using s = await scene({ SLACK_BOT_TOKEN: TOKEN });
  await waitingPlan(s.db, { rules: { notice: NOTICE } });
  await s.send();
  await s.db.sql`update approvals set next_reminder_at = now(),
    requested_at = now() - interval '4 hours'`;
  await Promise.all([tendWaitingPlans(s.worker), tendWaitingPlans(s.worker)]);
  await s.send();
  const [post, reminder, ...more] = s.recorder.said as Said[];
  assert.deepEqual([more, reminder.path], [[], "/chat.postMessage"]);
  assert.equal(reminder.body.thread_ts, post.answer.ts);
  assert.match(reminder.body.markdown_text, /still waits for a decision.*4 hours ago/);
  await s.db.sql`update approvals set expires_at = now()`;
  await tendWaitingPlans(s.worker);
  await s.send();
  const last = s.recorder.said.slice(2) as Said[];
  const told = last.find(({ path }) => path === "/chat.postMessage");
  assert.deepEqual([told.body.thread_ts, last.length], [post.answer.ts, 2]);
  assert.match(told.body.markdown_text, /has expired/);
});

Deno.test("without a token it is given up at once, and the flow says why", async () => {
  await using s = await scene();
  const { flow_id } = await waitingPlan(s.db, { rules: { notice: NOTICE } });
  const [reply] = await s.send();
  assert.deepEqual([reply.status, reply.permanent, reply.tries], ["failed", true, 1]);
  assert.match(reply.last_error!, /SLACK_BOT_TOKEN is not set/);
  const story = await timeline(s.db, [flow_id]);
  assert.ok(story.some(({ text }) => /notice to slack: failed, .*SLACK_BOT_TOKEN/.test(text)));
  assert.deepEqual(s.recorder.said, []);
});

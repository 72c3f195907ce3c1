/** One message tells how a workflow stands; what is said where it was asked for goes with it. */
import assert from "node:assert/strict";
import { decideApproval, type DecisionWish } from "@/db/approvals/decide.ts";
import { expireApprovals } from "@/db/approvals/close.ts";
import type { Database } from "@/db/client.ts";
import type { Reply } from "@/db/nouns/reply.ts";
import { advance } from "@/db/workflows/advance.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { PLAN } from "@/tests/helpers/plans.ts";
import { waitingPlan } from "@/tests/helpers/workflows.ts";

const TARGET = { team: null, channel: "C0RELEASES", thread_ts: null };
const ELSEWHERE = { provider: "slack", target: TARGET, is_source: false };
const HERE = { ...ELSEWHERE, is_source: true };

const said = async ({ sql }: Database) =>
  await sql<Reply[]>`select * from replies where workflow_id is not null order by reply_id`;
const notice = async (db: Database) => (await said(db)).find((reply) => reply.notice === "notice")!;

const say = ({ sql }: Database, wish: Partial<DecisionWish> & { approval_id: string }) =>
  sql.begin((tx) =>
    decideApproval(tx, {
      decision: "approved",
      note: null,
      person: { key: "slack:U0NORA", name: "U0NORA" },
      via: "slack button",
      plan_hash: null,
      ...wish,
    })
  );

Deno.test("a plan that waits is shown whole, with buttons that are bound to it", async () => {
  await using t = await testDatabase();
  const { approval_id, flow_id } = await waitingPlan(t.db, {
    rules: { notice: ELSEWHERE, public_url: "https://agent.example.org" },
  });
  const { card, buttons, target, provider, body } = await notice(t.db);
  assert.deepEqual([provider, target], ["slack", TARGET]);
  assert.equal(card!.title, `📋 Plan ready: ${PLAN.title}`);
  assert.deepEqual(card!.sections.map(({ title }) => title), [
    "📖 Background",
    "✅ What was done",
    "💡 Key insights",
    "📁 Files affected",
    "Steps",
    "Tests",
  ]);
  assert.deepEqual(card!.sections[2].lines, [
    "• Root cause: An empty name.",
    "• Affected: greeting",
    "• Risk: low",
  ]);
  assert.deepEqual(card!.sections[3].lines, ["• `hello.ts`: Say the name"]);
  assert.match(card!.lines[0], /^Nothing is changed before somebody approves.*expires on 20.* UTC/);
  assert.equal(card!.page!.url, `https://agent.example.org/approvals/${approval_id}`);
  const [{ plan_hash }] = await t.db.sql`select plan_hash from approvals`;
  assert.deepEqual(buttons!.map(({ action_id, value }) => [action_id, value]), [
    ["approve", `${approval_id} ${plan_hash}`],
    ["reject", `${approval_id} ${plan_hash}`],
  ]);
  assert.match(body, /Plan ready: Mend the greeting[\s\S]*Open: https:\/\/agent\.example\.org/);
  await say(t.db, { approval_id, note: "carefully" });
  const after = await notice(t.db);
  assert.deepEqual([after.buttons, after.version > 1, after.status], [null, true, "pending"]);
  assert.deepEqual(after.card!.decided, {
    what: "Approved",
    by: "U0NORA",
    via: "slack button",
    note: "carefully",
  });
  assert.deepEqual(after.card!.lines, ["Step 4 of 6: executor"]);
  assert.equal(after.card!.page!.url, `https://agent.example.org/flows/${flow_id}`);
});

Deno.test("where it is told of in one message, the plan and the result are no comments", async () => {
  await using t = await testDatabase();
  const elsewhere = await waitingPlan(t.db, { rules: { notice: ELSEWHERE } });
  await say(t.db, elsewhere);
  assert.deepEqual((await said(t.db)).map(({ notice }) => notice).sort(), [
    "notice",
    "plan",
    "result",
  ]);
  const here = await waitingPlan(t.db, { rules: { notice: HERE } });
  await say(t.db, here);
  const own = (await said(t.db)).filter(({ workflow_id }) => workflow_id === here.workflow_id);
  assert.deepEqual(own.map(({ notice }) => notice), ["notice"]);
  const silent = await waitingPlan(t.db);
  const others = (await said(t.db)).filter(({ workflow_id }) => workflow_id === silent.workflow_id);
  assert.deepEqual(others.map(({ notice }) => notice), ["plan"]);
});

Deno.test("a yes that others have to say as well is shown", async () => {
  await using t = await testDatabase();
  const rules = { notice: HERE, approvals_needed: 2 };
  const { approval_id } = await waitingPlan(t.db, { rules });
  assert.equal((await say(t.db, { approval_id })).outcome, "counted");
  const { card, buttons } = await notice(t.db);
  assert.equal(card!.lines[1], "1 of 2 said yes: U0NORA.");
  assert.equal(buttons!.length, 2);
});

Deno.test("what failed says where and why; what ended, how and for how much", async () => {
  await using t = await testDatabase();
  const { workflow_id, approval_id } = await waitingPlan(t.db, { rules: { notice: HERE } });
  await say(t.db, { approval_id });
  await t.db.sql`
    update tasks set status = 'failed', cost_usd = 1.5, completed_at = now(),
      started_at = now() - interval '6 min' where step = 'executor'`;
  const failed = {
    kind: "step_ended",
    step: "executor",
    status: "failed",
    error: "no <space>",
  } as const;
  await t.db.sql.begin((tx) => advance(tx, workflow_id, failed));
  const stopped = (await notice(t.db)).card!;
  assert.match(stopped.title, /^❌ Failed: /);
  assert.equal(stopped.lines[0], "It stopped at the step executor: no <space>");
  assert.match(stopped.facts.join(), /1\.50 US dollars, 6 min of work/);
  await t.db.sql.begin((tx) => advance(tx, workflow_id, { kind: "give_up", by: "anna" }));
  const ended = (await notice(t.db)).card!;
  assert.deepEqual([ended.title, ended.lines], [
    `🛑 Stopped: ${PLAN.title}`,
    ["Given up by anna."],
  ]);
  assert.equal((await said(t.db)).length, 1);
});

Deno.test("a plan that expired is told below the message too, since an edit wakes nobody", async () => {
  await using t = await testDatabase();
  const { workflow_id } = await waitingPlan(t.db, { rules: { notice: HERE } });
  await t.db.sql`update replies set outside_id = 'C1:1.2' where notice = 'notice'`;
  await t.db.sql`update approvals set expires_at = now()`;
  const below = (_: string, target: object, id: string) => ({ ...target, thread_ts: id });
  await Promise.all([expireApprovals(t.db, below), expireApprovals(t.db, below)]);
  const [first, second, ...more] = await said(t.db);
  assert.equal(first.card!.decided!.what, "Expired");
  assert.deepEqual([second.notice, second.workflow_id, second.target.thread_ts], [
    null,
    workflow_id,
    "C1:1.2",
  ]);
  assert.match(second.body, /expired/);
  assert.deepEqual(more, []);
});

Deno.test("hidden text of the request is pointed at, before anybody approves", async () => {
  await using t = await testDatabase();
  const { workflow_id, approval_id } = await waitingPlan(t.db, {
    rules: { notice: HERE, approvals_needed: 2 },
  });
  await t.db.sql`
    update workflows set asked = jsonb_set(asked, '{hidden}', '["a comment"]')
    where workflow_id = ${workflow_id}`;
  await say(t.db, { approval_id });
  assert.match((await notice(t.db)).card!.lines.at(-1)!, /not shown where it was written/);
});

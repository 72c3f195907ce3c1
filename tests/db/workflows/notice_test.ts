/** One message tells how a workflow stands; what is said where it was asked for goes with it. */
import assert from "node:assert/strict";
import { decideApproval, type DecisionWish } from "@/db/approvals/decide.ts";
import { expireApprovals } from "@/db/approvals/close.ts";
import type { Database } from "@/db/client.ts";
import type { Reply } from "@/db/nouns/reply.ts";
import { WORKFLOW_PARTS } from "@/db/nouns/step.ts";
import { workflowRules } from "@/db/nouns/workflow.ts";
import { advance } from "@/db/workflows/advance.ts";
import { beginning } from "@/db/workflows/first_notice.ts";
import { noticeMessage } from "@/db/workflows/notice_card.ts";
import type { Told } from "@/db/workflows/notices.ts";
import { cardBlocks } from "@/server/providers/slack/card.ts";
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

Deno.test("a plan larger than any that is valid fits into one message of Slack's", () => {
  const long = (most: number) => "& <b> 😀 ".repeat(most).slice(0, most).toWellFormed().trim();
  const many = (count: number, most: number) => new Array(count).fill(long(most));
  const largest = {
    title: long(200),
    background: long(8000),
    done: long(8000),
    root_cause: long(4000),
    affected_components: many(50, 200),
    risk_level: "high" as const,
    files_affected: many(300, 200).map((change, n) => ({ path: `${n}/${"d".repeat(99)}`, change })),
    steps: many(20, 200),
    tests: [],
    left_out: [],
  };
  const { card, body, buttons } = noticeMessage(toldOf(largest));
  const blocks = cardBlocks(card, buttons) as { type: string; text?: { text: string } }[];
  const texts = blocks.map(({ text }) => text?.text ?? "");
  assert.ok(texts.every((text) => text.length <= 3000 && text.isWellFormed()));
  assert.ok(texts.join("").length <= 12_000 && blocks.length <= 50);
  assert.ok(body.length <= 2000 && body.isWellFormed());
  assert.deepEqual(blocks.map(({ type }) => type), [
    "header",
    "section",
    "section",
    "section",
    "section",
    "section",
    "section",
    "context",
    "actions",
  ]);
});

function toldOf(plan: typeof PLAN): Told {
  const rules = workflowRules.parse({ public_url: "https://agent.example.org", notice: ELSEWHERE });
  const record = {
    workflow_id: "w",
    command: "fix",
    steps: [...WORKFLOW_PARTS],
    asked_by: "github:1",
    repository: null,
    rules,
    if_refused: [],
    asked: {
      prompt: "",
      title: "It broke",
      url: null,
      number: null,
      by: { provider: "github", id: "1", name: "anna", email: null },
      trust: "trusted",
      hidden: [],
      description: "",
      source_metadata: {},
    },
  };
  const begun = beginning(record, "flow");
  const approval = {
    approval_id: "01a223c7-b895-73fd-b032-39fb3f31f043",
    status: "pending" as const,
    plan,
    plan_hash: "ab".repeat(32),
    needed: 1,
    expires_at: new Date(),
    decided_by: null,
    decided_via: null,
    note: null,
    void_reason: null,
    refused: null,
  };
  return {
    ...begun,
    workflow: { ...begun.workflow, status: "waiting", waits_for: "approval" },
    approval,
  };
}

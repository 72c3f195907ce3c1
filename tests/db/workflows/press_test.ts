/** A button below a plan: what it decides, and what the one who pressed it is told. */
import assert from "node:assert/strict";
import { getApproval } from "@/db/approvals.ts";
import { reasonWanted } from "@/db/approvals/reason.ts";
import type { Database } from "@/db/client.ts";
import { followNews } from "@/db/flow_news.ts";
import { newId } from "@/db/ids.ts";
import type { Reply } from "@/db/nouns/reply.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { waitingPlan } from "@/tests/helpers/workflows.ts";

const NORA = { key: "slack:U0NORA", name: "U0NORA" };
const OLE = { key: "slack:U0OLE", name: "U0OLE" };
const PLACE = { team: "T1", channel: "C1", thread_ts: "1.2", user: "U0NORA" };
const NOTICE = { provider: "slack", target: { channel: "C1" }, is_source: true };

/** As a delivery leaves it, and as the job sees to it. */
async function told(
  db: Database,
  flow_id: string,
  kind: string,
  data: Record<string, unknown>,
): Promise<string | null> {
  const news_id = newId();
  await db.sql`
    insert into flow_news (news_id, flow_id, delivery_id, provider, kind, data)
    values (${news_id}, ${flow_id}, ${newId()}, 'slack', ${kind},
      ${JSON.stringify(data)}::text::jsonb)`;
  return await followNews(db, news_id);
}

type Plan = Awaited<ReturnType<typeof waitingPlan>>;

async function pressed(db: Database, plan: Plan, change: Record<string, unknown> = {}) {
  const { approval_id, flow_id } = plan;
  const { plan_hash = null } = await getApproval(db, approval_id) ?? {};
  const data = { approval_id, plan_hash, decision: "approved", note: null, via: "slack button" };
  const who = { person: NORA, answer_to: PLACE };
  return await told(db, flow_id, "decision", { ...data, ...who, ...change });
}

const answers = async ({ sql }: Database) =>
  await sql<Reply[]>`
    select * from replies where notice is null and provider = 'slack' order by reply_id`;

Deno.test("two who press at once: one decides, the other is told", async () => {
  await using t = await testDatabase();
  const plan = await waitingPlan(t.db, { rules: { notice: NOTICE } });
  const outcomes = await Promise.all([
    pressed(t.db, plan),
    pressed(t.db, plan, { person: OLE, decision: "approved" }),
  ]);
  assert.match(outcomes.sort()[0]!, /^It was no decision\. This plan has been approved by U0/);
  assert.equal(outcomes[1], "The plan was approved.");
  const [answer, ...more] = await answers(t.db);
  assert.deepEqual([answer.kind, answer.target, answer.status, more], [
    "message",
    PLACE,
    "pending",
    [],
  ]);
  assert.match(
    answer.body,
    /^Nothing was decided\. This plan has been approved by U0(NORA|OLE)\.$/,
  );
});

Deno.test("a yes to an old plan, after its time, to one's own or to nothing is said to be none", async () => {
  await using t = await testDatabase();
  const plan = await waitingPlan(t.db, {
    rules: { approve_own: false },
    asked_by: OLE.key,
  });
  await pressed(t.db, plan, { plan_hash: "0".repeat(64) });
  await pressed(t.db, plan, { person: OLE });
  await pressed(t.db, plan, { approval_id: newId() });
  await t.db.sql`update approvals set expires_at = now()`;
  await pressed(t.db, plan);
  await t.db.sql`update approvals set status = 'void', void_reason = 'Somebody edited it.',
    decided_at = now()`;
  await pressed(t.db, plan);
  const bodies = (await answers(t.db)).map(({ body }) => body);
  const why = [
    /not the one that you read/,
    /APPROVE_OWN is off/,
    /not known here/,
    /has expired/,
    /no longer valid: Somebody edited it/,
  ];
  assert.equal(bodies.length, why.length);
  why.forEach((words, n) => assert.match(bodies[n], words));
  assert.equal((await t.db.sql`select from tasks where step = 'executor'`).length, 0);
});

Deno.test("where two have to say yes, the first is told that it counts", async () => {
  await using t = await testDatabase();
  const plan = await waitingPlan(t.db, { rules: { notice: NOTICE, approvals_needed: 2 } });
  assert.equal(await pressed(t.db, plan), "It counts; others have to approve the plan as well.");
  await pressed(t.db, plan);
  const [first, second] = await answers(t.db);
  assert.match(first.body, /^Your yes counts; 2 people/);
  assert.match(second.body, /already; somebody else/);
});

Deno.test("a no holds at once, and the reason of who said it is kept when it comes", async () => {
  await using t = await testDatabase();
  const plan = await waitingPlan(t.db, { rules: { notice: NOTICE } });
  const { approval_id, flow_id, workflow_id } = plan;
  await pressed(t.db, plan, { decision: "rejected" });
  assert.equal((await getWorkflow(t.db, workflow_id))!.status, "stopped");
  const [question] = await answers(t.db);
  assert.deepEqual([question.kind, question.target, question.card!.to], [
    "comment",
    PLACE,
    "U0NORA",
  ]);
  assert.match(question.card!.lines[0], /Why\?/);
  assert.equal(await reasonWanted(t.db, flow_id, NORA.key), approval_id);
  assert.equal(await reasonWanted(t.db, flow_id, OLE.key), null);

  const reason = { approval_id };
  const no = "No reason is asked for any more.";
  assert.equal(await told(t.db, flow_id, "reason", { ...reason, person: OLE, text: "x" }), no);
  const kept = "It is kept as the reason of the no.";
  assert.equal(
    await told(t.db, flow_id, "reason", { ...reason, text: "too risky", person: NORA }),
    kept,
  );
  assert.equal(await told(t.db, flow_id, "reason", { ...reason, text: "more", person: NORA }), no);
  assert.equal((await getApproval(t.db, approval_id))!.note, "too risky");
  const { end_text } = (await getWorkflow(t.db, workflow_id))!;
  assert.equal(end_text, "The plan was rejected by U0NORA: too risky");
  const [{ card }] = await t.db.sql<Reply[]>`select card from replies where notice = 'notice'`;
  assert.equal(card!.decided!.note, "too risky");
  assert.deepEqual(card!.lines, [end_text]);
});

Deno.test("nobody is asked for a reason for ever, nor when the work began anew", async () => {
  await using t = await testDatabase();
  const plan = await waitingPlan(t.db, { rules: { notice: NOTICE } });
  await pressed(t.db, plan, { decision: "rejected" });
  await t.db.sql`update approvals set reason_asked_at = now() - interval '25 hours'`;
  assert.equal(await reasonWanted(t.db, plan.flow_id, NORA.key), null);
  await t.db.sql`update approvals set reason_asked_at = now()`;
  assert.ok(await reasonWanted(t.db, plan.flow_id, NORA.key));
  await t.db.sql`
    update workflows set status = 'running', ended_at = null, end_text = null
    where workflow_id = ${plan.workflow_id}`;
  assert.equal(await reasonWanted(t.db, plan.flow_id, NORA.key), null);
});

Deno.test("words that come with a no are its reason already", async () => {
  await using t = await testDatabase();
  const plan = await waitingPlan(t.db, { rules: { notice: NOTICE } });
  await pressed(t.db, plan, { decision: "rejected", note: "no", answer_to: PLACE });
  assert.equal((await answers(t.db)).length, 0);
});

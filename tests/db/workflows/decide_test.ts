/** The one gate: a yes counts once, is bound to what was shown, and by whom. */
import assert from "node:assert/strict";
import { getApproval, votesOf } from "@/db/approvals.ts";
import { expireApprovals, voidApproval } from "@/db/approvals/close.ts";
import { decideApproval, type DecisionWish } from "@/db/approvals/decide.ts";
import type { Database } from "@/db/client.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import { planHash } from "@/db/workflows/plan_hash.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { PLAN } from "@/tests/helpers/plans.ts";
import { waitingPlan } from "@/tests/helpers/workflows.ts";

const ANNA = { key: "github:1", name: "anna" };
const BEN = { key: "github:2", name: "ben" };

const say = ({ sql }: Database, wish: Partial<DecisionWish> & { approval_id: string }) =>
  sql.begin((tx) =>
    decideApproval(tx, {
      decision: "approved",
      note: null,
      person: BEN,
      via: "dashboard",
      plan_hash: null,
      ...wish,
    })
  );

const executors = async ({ sql }: Database) =>
  await sql`select tool_profile, profile_raised_by from tasks where step = 'executor'`;

Deno.test("two that decide at once from two places: one wins, and one step is born", async () => {
  await using t = await testDatabase();
  const { approval_id } = await waitingPlan(t.db);
  const answers = await Promise.all([
    say(t.db, { approval_id, person: ANNA }),
    say(t.db, { approval_id, decision: "rejected", via: "github comment" }),
    say(t.db, { approval_id }),
  ]);
  const outcomes = answers.map(({ outcome }) => outcome).sort();
  assert.deepEqual(outcomes, ["decided", "not_pending", "not_pending"]);
  const decided = answers.find(({ outcome }) => outcome === "decided")!.approval!;
  assert.equal((await executors(t.db)).length, decided.status === "approved" ? 1 : 0);
});

Deno.test("a yes gives the executor all tools, in the name of who said it", async () => {
  await using t = await testDatabase();
  const { approval_id, workflow_id } = await waitingPlan(t.db);
  const { approval } = await say(t.db, { approval_id, note: "carefully" });
  assert.deepEqual([approval!.status, approval!.decided_by, approval!.decided_via], [
    "approved",
    "ben",
    "dashboard",
  ]);
  assert.deepEqual([...await executors(t.db)], [
    { tool_profile: "full", profile_raised_by: "ben" },
  ]);
  const workflow = await getWorkflow(t.db, workflow_id);
  assert.deepEqual([workflow!.status, workflow!.note], ["running", "carefully"]);
});

Deno.test("a yes to another plan than the one that waits is none", async () => {
  await using t = await testDatabase();
  const { approval_id } = await waitingPlan(t.db);
  const stale = planHash({ ...PLAN, title: "Another" });
  assert.equal((await say(t.db, { approval_id, plan_hash: stale })).outcome, "changed");
  const shown = (await getApproval(t.db, approval_id))!.plan_hash;
  assert.equal((await say(t.db, { approval_id, plan_hash: shown })).outcome, "decided");
});

Deno.test("the one who asked may reject, but not approve where that is barred", async () => {
  await using t = await testDatabase();
  const rules = { approve_own: false };
  const { approval_id } = await waitingPlan(t.db, { asked_by: ANNA.key, rules });
  assert.equal((await say(t.db, { approval_id, person: ANNA })).outcome, "own");
  const no = { approval_id, person: ANNA, decision: "rejected" } as const;
  assert.equal((await say(t.db, no)).outcome, "decided");
});

Deno.test("where two have to say yes, the same person counts once", async () => {
  await using t = await testDatabase();
  const { approval_id } = await waitingPlan(t.db, { rules: { approvals_needed: 2 } });
  assert.equal((await say(t.db, { approval_id, person: ANNA })).outcome, "counted");
  assert.equal((await say(t.db, { approval_id, person: ANNA })).outcome, "already_said");
  assert.deepEqual((await votesOf(t.db, approval_id)).map(({ name }) => name), ["anna"]);
  assert.equal((await executors(t.db)).length, 0);
  assert.equal((await say(t.db, { approval_id })).outcome, "decided");
  assert.equal((await executors(t.db)).length, 1);
});

Deno.test("after its time, or after what it was about has changed, nothing can be approved", async () => {
  await using t = await testDatabase();
  const { approval_id, workflow_id } = await waitingPlan(t.db);
  await t.db.sql`update approvals set expires_at = now()`;
  assert.equal((await say(t.db, { approval_id })).outcome, "expired");
  assert.deepEqual(await expireApprovals(t.db), [approval_id]);
  assert.equal((await getWorkflow(t.db, workflow_id))!.status, "stopped");

  const other = await waitingPlan(t.db);
  await t.db.sql.begin((tx) => voidApproval(tx, other, "Somebody edited the text."));
  assert.equal((await say(t.db, { approval_id: other.approval_id })).outcome, "not_pending");
  const stopped = await getWorkflow(t.db, other.workflow_id);
  assert.deepEqual([stopped!.status, stopped!.failed_step], ["failed", "approval"]);
});

Deno.test("a plan of a workflow that was given up waits for nobody", async () => {
  await using t = await testDatabase();
  const { approval_id, workflow_id } = await waitingPlan(t.db);
  await t.db.sql.begin((tx) => advance(tx, workflow_id, { kind: "give_up", by: "anna" }));
  assert.equal((await getApproval(t.db, approval_id))!.status, "void");
  assert.equal((await say(t.db, { approval_id })).outcome, "not_pending");
});

Deno.test("what names no approval decides nothing", async () => {
  await using t = await testDatabase();
  for (const approval_id of ["", "x", "01a223c7-b895-73fd-b032-39fb3f31f043"]) {
    assert.equal((await say(t.db, { approval_id })).outcome, "unknown");
  }
});

/** A yes is bound to what was shown: others' commits, edits and later plans. */
import assert from "node:assert/strict";
import { getApproval, pendingApprovalOf } from "@/db/approvals.ts";
import { changeFailed } from "@/db/changes/sending.ts";
import type { Database } from "@/db/client.ts";
import { expireApprovals } from "@/db/approvals/close.ts";
import { advance } from "@/db/workflows/advance.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { flowAsked, type FlowStory, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import {
  approve,
  BEN,
  C1,
  C2,
  changeGoesOut,
  decide,
  executorEnds,
  FOREIGN,
  pullRequestWaits,
  standing,
  taken,
  told,
} from "@/tests/helpers/made_change.ts";
import { PLAN } from "@/tests/helpers/plans.ts";

const pushed = (commit: string) =>
  ({ kind: "pushed", number: 8, commit, by: { id: "9", name: "eve" } }) as const;
const LATER = { ...PLAN, title: "A later plan" };

async function laterPlanWaits(db: Database, planned_on: string | null = C1) {
  const story = await pullRequestWaits(db);
  await told(db, story, { kind: "asked_again", note: "also this", person: BEN });
  await stepEnds(db, story, { result: LATER, planned_on });
  return { story, approval: (await pendingApprovalOf(db, story.flow_id))! };
}

const openTasks = async ({ sql }: Database, { workflow_id }: FlowStory) =>
  (await sql`
    select step, status, stop_requested_at is not null as stopping from tasks
    where workflow_id = ${workflow_id} and completed_at is null`).map((row) => ({ ...row }));

Deno.test("an approval names the commit that its plan was written on", async () => {
  await using t = await testDatabase();
  const { approval } = await laterPlanWaits(t.db);
  assert.equal(approval.head_commit, C1);
});

Deno.test("commits of others between the yes and the executor void the yes, and stop the step", async () => {
  await using t = await testDatabase();
  const { story, approval } = await laterPlanWaits(t.db);
  await approve(t.db, story, BEN);
  const said = await told(t.db, story, pushed(FOREIGN));
  assert.match(said, /eve pushed commit ffffffffffff.*void/);
  const now = (await getApproval(t.db, approval.approval_id))!;
  assert.deepEqual([now.status, now.decided_by], ["void", "ben"]);
  const workflow = await standing(t.db, story);
  assert.deepEqual([workflow.status, workflow.failed_step], ["failed", "approval"]);
  assert.deepEqual(await openTasks(t.db, story), []);
  await t.db.sql.begin((tx) => advance(tx, story.workflow_id, { kind: "retry" }));
  await stepEnds(t.db, story, { result: LATER, planned_on: FOREIGN });
  assert.equal((await pendingApprovalOf(t.db, story.flow_id))!.head_commit, FOREIGN);
});

Deno.test("our own commit that is told of before we noted it voids nothing", async () => {
  await using t = await testDatabase();
  const { approval, ...story } = await planWaits(t.db);
  await approve(t.db, story);
  await executorEnds(t.db, story);
  await changeGoesOut(t.db, story);
  assert.equal(await told(t.db, story, pushed(C1)), "It is our own commit.");
  const { status } = (await getApproval(t.db, approval.approval_id))!;
  assert.equal(status, "approved");
});

Deno.test("an executor that found other commits at its start leaves the approval void", async () => {
  await using t = await testDatabase();
  const { story, approval } = await laterPlanWaits(t.db);
  await approve(t.db, story);
  await stepEnds(t.db, story, { status: "failed", error: "void", voided: "Somebody changed it." });
  const now = (await getApproval(t.db, approval.approval_id))!;
  assert.deepEqual([now.status, now.void_reason], ["void", "Somebody changed it."]);
  assert.equal((await standing(t.db, story)).failed_step, "approval");
});

Deno.test("a push that meets commits of others leads to a new plan, not to the same push again", async () => {
  await using t = await testDatabase();
  const { story } = await laterPlanWaits(t.db);
  await approve(t.db, story);
  await executorEnds(t.db, story, C2);
  const { sending, change } = await taken(t.db, story);
  const failure = { error: "others", retry_after_seconds: null, is_foreign: true };
  await changeFailed(t.db, sending, change, failure);
  assert.equal((await standing(t.db, story)).failed_step, "approval");
  await t.db.sql.begin((tx) => advance(tx, story.workflow_id, { kind: "retry" }));
  assert.deepEqual((await openTasks(t.db, story)).map(({ step }) => step), ["planning"]);
});

for (const how of ["rejected", "expired"] as const) {
  Deno.test(`a later plan that was ${how} leaves the pull request as it was`, async () => {
    await using t = await testDatabase();
    const { story, approval } = await laterPlanWaits(t.db);
    if (how === "rejected") await decide(t.db, approval.approval_id, BEN, "no", "rejected");
    else {
      await t.db.sql`update approvals set expires_at = now() where status = 'pending'`;
      await expireApprovals(t.db);
    }
    const workflow = await standing(t.db, story);
    assert.deepEqual([workflow.status, workflow.waits_for], ["waiting", "pull_request"]);
    assert.deepEqual(workflow.plan, PLAN, "what was approved holds again");
    const red = { commit: C1, state: "red", failed: "lint" } as const;
    await told(t.db, story, { kind: "checks", commit: C1, conclusion: "failure" }, red);
    assert.deepEqual((await openTasks(t.db, story)).map(({ step }) => step), ["executor"]);
  });
}

Deno.test("a plan that nobody approved lets no executor run, whatever the row says", async () => {
  await using t = await testDatabase();
  const { story } = await laterPlanWaits(t.db);
  await t.db.sql`update approvals set status = 'void', decided_at = now() where status = 'pending'`;
  await t.db.sql`update workflows set waits_for = 'pull_request'`;
  const red = { kind: "checks_failed", checks: "lint" } as const;
  await assert.rejects(
    t.db.sql.begin((tx) => advance(tx, story.workflow_id, red)),
    /No approval .* lets an executor run/,
  );
});

Deno.test("an edited text is kept beside what was asked for; that of our own pull request is not", async () => {
  await using t = await testDatabase();
  const { story, approval } = await laterPlanWaits(t.db);
  const edit = (number: number, description: string) =>
    told(t.db, story, {
      kind: "text_edited",
      number,
      title: "The greeting greets nobody",
      description,
      by: { name: "eve" },
    });
  assert.match(await edit(8, "plan of ours"), /our own pull request/);
  assert.equal((await getApproval(t.db, approval.approval_id))!.status, "pending");
  assert.match(await edit(7, "greet everybody"), /The approval is void/);
  const { edited } = await standing(t.db, story);
  assert.deepEqual([edited!.description, edited!.by], ["greet everybody", "eve"]);
});

Deno.test("what happens to another pull request than the newest of the work ends nothing", async () => {
  await using t = await testDatabase();
  const story = await pullRequestWaits(t.db);
  const other = { kind: "merged", number: 5, commit: null } as const;
  assert.match(await told(t.db, story, other), /not the newest pull request/);
  assert.equal((await standing(t.db, story)).waits_for, "pull_request");
  const early = await flowAsked(t.db, { number: 9 });
  await told(t.db, early, { ...other, kind: "closed", number: 9 });
  assert.equal((await standing(t.db, early)).status, "running");
});

/** Several have to say yes, or the asker may not: who is who, and where that cannot be told. */
import assert from "node:assert/strict";
import { getApproval, pendingApprovalOf } from "@/db/approvals.ts";
import { dashboardPerson } from "@/db/approvals/dashboard_person.ts";
import { decideApproval } from "@/db/approvals/decide.ts";
import { compare } from "@/db/approvals/people.ts";
import { createApiToken, startSession } from "@/db/sessions.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import { ANN, approve, BEN, decide, pullRequestWaits, told } from "@/tests/helpers/made_change.ts";
import { PLAN } from "@/tests/helpers/plans.ts";

const ANN_AT_DASHBOARD = { key: "dashboard:ann", name: "ann" };
const CARL_AT_SLACK = { key: "slack:U3", name: "carl" };
const PEOPLE = [[ANN.key, ANN_AT_DASHBOARD.key], [CARL_AT_SLACK.key, "github:3"]];

Deno.test("keys of one service tell people apart, those of two only where an operator said so", () => {
  const rows = [
    [ANN, ANN, "same"],
    [ANN, { ...ANN, key: "GitHub:1" }, "same"],
    [ANN, BEN, "other"],
    [ANN, { key: "github:ann", name: "ann" }, "same"],
    [ANN, CARL_AT_SLACK, "unknown"],
    [BEN, CARL_AT_SLACK, "unknown"],
  ] as const;
  for (const [a, b, expected] of rows) {
    assert.equal(compare(a, b, []), expected, `${a.key} ${b.key}`);
    assert.equal(compare(b, a, []), expected, `${b.key} ${a.key}`);
  }
  assert.equal(compare(ANN, ANN_AT_DASHBOARD, PEOPLE), "same");
  assert.equal(compare(ANN, CARL_AT_SLACK, PEOPLE), "other");
  assert.equal(compare(BEN, CARL_AT_SLACK, PEOPLE), "unknown", "one of them is not in the list");
});

Deno.test("one person with two ways is one, or nobody can say: neither is a second yes", async () => {
  await using t = await testDatabase();
  const rules = { approvals_needed: 2, people: PEOPLE };
  const { approval: { approval_id } } = await planWaits(t.db, { rules });
  assert.equal((await decide(t.db, approval_id, ANN)).outcome, "counted");
  assert.equal((await decide(t.db, approval_id, ANN_AT_DASHBOARD)).outcome, "already_said");
  const stranger = { key: "jira:5", name: "eve" };
  const untold = await decide(t.db, approval_id, stranger);
  assert.deepEqual([untold.outcome, untold.other], ["untold", { ...ANN, note: null }]);
  assert.equal((await decide(t.db, approval_id, CARL_AT_SLACK)).outcome, "decided");
});

Deno.test("the asker is barred at every way that is theirs or may be", async () => {
  await using t = await testDatabase();
  const rules = { approve_own: false, people: PEOPLE };
  const { approval: { approval_id } } = await planWaits(t.db, { asked_by: ANN.key, rules });
  assert.equal((await decide(t.db, approval_id, ANN)).outcome, "own");
  assert.equal((await decide(t.db, approval_id, ANN_AT_DASHBOARD)).outcome, "own");
  assert.equal((await decide(t.db, approval_id, { key: "jira:5", name: "x" })).outcome, "untold");
  assert.equal((await decide(t.db, approval_id, CARL_AT_SLACK)).outcome, "decided");
});

Deno.test("what an event asked for bars nobody", async () => {
  await using t = await testDatabase();
  const wish = { asked: { trust: "system" }, asked_by: "sentry:system" };
  const { approval } = await planWaits(t.db, { ...wish, rules: { approve_own: false } });
  assert.equal((await decide(t.db, approval.approval_id, ANN)).outcome, "decided");
});

Deno.test("whoever asks again, or sends a plan back, does not approve what becomes of it", async () => {
  await using t = await testDatabase();
  const story = await pullRequestWaits(t.db, { asked_by: ANN.key, rules: { approve_own: false } });
  await told(t.db, story, { kind: "asked_again", note: "also the tests", person: BEN });
  await stepEnds(t.db, story, { result: { ...PLAN, title: "Also the tests" } });
  const second = (await pendingApprovalOf(t.db, story.flow_id))!;
  assert.equal(second.wish, "also the tests");
  assert.equal((await approve(t.db, story, BEN)).outcome, "own");
  assert.equal((await approve(t.db, story, ANN)).outcome, "own");
  const carl = { key: "github:3", name: "carl" };
  await decide(t.db, second.approval_id, carl, "no new file", "sent_back");
  await stepEnds(t.db, story, { result: PLAN });
  assert.equal((await approve(t.db, story, carl)).outcome, "own");
  assert.equal((await approve(t.db, story, { key: "github:4", name: "dan" })).outcome, "decided");
});

Deno.test("with two yeses, what the first adds is shown to the second, who adds nothing", async () => {
  await using t = await testDatabase();
  const { approval, ...story } = await planWaits(t.db, { rules: { approvals_needed: 2 } });
  const { approval_id, plan_hash } = approval;
  await decide(t.db, approval_id, ANN, "leave the\u200b README");
  const now = (await getApproval(t.db, approval_id))!;
  assert.notEqual(now.plan_hash, plan_hash, "what was read before is not what would be done");
  const say = (note: string | null, hash: string | null) =>
    t.db.sql.begin((tx) =>
      decideApproval(tx, {
        approval_id,
        decision: "approved",
        note,
        person: BEN,
        via: "api",
        plan_hash: hash,
      })
    );
  assert.equal((await say("and delete it", now.plan_hash)).outcome, "note_unseen");
  assert.equal((await say(null, null)).outcome, "changed", "it may not have been read");
  assert.equal((await say(null, plan_hash)).outcome, "changed");
  assert.equal((await say(null, now.plan_hash)).outcome, "decided");
  const [{ note }] = await t.db.sql`
    select note from workflows where workflow_id = ${story.workflow_id}`;
  assert.equal(note, "leave the README");
});

Deno.test("an own yes in vain is said where the plan is", async () => {
  await using t = await testDatabase();
  const rules = { approve_own: false };
  const { approval: { approval_id, plan_hash }, ...story } = await planWaits(t.db, {
    asked_by: ANN.key,
    rules,
  });
  const said = await told(t.db, story, {
    kind: "decision",
    decision: "approved",
    note: null,
    via: "github comment",
    person: ANN,
    approval_id,
    plan_hash,
    answer_to: null,
  });
  assert.match(said, /no decision.*APPROVE_OWN/);
  const { refused } = (await getApproval(t.db, approval_id))!;
  assert.match(refused!, /^To ann: .*APPROVE_OWN/);
});

Deno.test("a token is its person's in the browser as well; ADMIN_TOKEN is one for all", async () => {
  await using t = await testDatabase();
  const { token_id } = await createApiToken(t.db, {
    name: "ann",
    role: "operator",
    created_by: "admin",
  });
  const session = async (name: string, own: string | null) => {
    const admin_token_mac = own ? null : "mac";
    const person = { name, role: "operator", token_id: own, admin_token_mac } as const;
    return (await startSession(t.db, person)).session_id;
  };
  const key = async (name: string, session_id: string | null, token: string | null = null) =>
    (await dashboardPerson(t.db.sql, { name, session_id, token_id: token })).key;
  assert.equal(await key("ann", null, token_id), "dashboard:ann");
  assert.equal(await key("ann", await session("ann", token_id)), "dashboard:ann");
  assert.equal(await key("operator", await session("operator", null)), "dashboard:admin");
  assert.equal(await key("admin", null), "dashboard:admin");
});

import assert from "node:assert/strict";
import { decideApproval } from "@/db/approvals/decide.ts";
import { undoLink } from "@/db/flows/links.ts";
import { listFlows } from "@/db/flows/list.ts";
import { conversationsOf, getFlow } from "@/db/flows/one.ts";
import { timeline } from "@/db/flows/timeline.ts";
import { FLOW_STATUSES } from "@/db/nouns/flow.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { flowAsked, linked, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";

const decide = (approval_id: string, decision: "approved" | "rejected", note: string) => ({
  approval_id,
  decision,
  note,
  person: { key: "dashboard:ann", name: "ann" },
  via: "dashboard",
  plan_hash: null,
});

Deno.test("a flow's status follows its work, and each list holds those of its status alone", async () => {
  await using t = await testDatabase();
  const { db } = t;
  const running = await flowAsked(db, { number: 1 });
  const waiting = await planWaits(db, { number: 2 });
  const failed = await flowAsked(db, { number: 3 });
  await stepEnds(db, failed, { status: "failed", error: "no plan came" });
  const rejected = await planWaits(db, { number: 4 });
  await db.sql.begin((tx) =>
    decideApproval(tx, decide(rejected.approval.approval_id, "rejected", "too big"))
  );
  await db.sql`
    insert into flows (flow_id, provider, external_id, title, conversation_id)
    select md5('open'), 'jira', 'SHOP-1', 'A ticket', conversation_id from flows limit 1`;

  const expected: Record<string, string[]> = {
    open: ["SHOP-1"],
    waiting: ["octo/hello#2"],
    running: ["octo/hello#1"],
    done: [],
    stopped: ["octo/hello#4", "octo/hello#3"],
  };
  for (const status of FLOW_STATUSES) {
    const { items } = await listFlows(db, { status }, { limit: 50 });
    assert.deepEqual(items.map(({ external_id }) => external_id), expected[status], status);
    assert.ok(items.every((flow) => flow.status === status), status);
  }
  assert.equal((await getFlow(db, waiting.flow_id))!.waits_for, "approval");
  assert.equal((await getFlow(db, failed.flow_id))!.error, "no plan came");
  assert.equal((await getFlow(db, failed.flow_id))!.ended_at, null, "it can be tried again");
  assert.equal((await getFlow(db, running.flow_id))!.ended_at, null);
  assert.ok((await getFlow(db, rejected.flow_id))!.ended_at);
  assert.equal(await getFlow(db, "nothing"), null);
});

Deno.test("pages of flows follow each other without a gap or a repetition", async () => {
  await using t = await testDatabase();
  for (let number = 1; number <= 5; number++) await flowAsked(t.db, { number });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listFlows(t.db, { provider: "github" }, { limit: 2, cursor });
    seen.push(...page.items.map(({ external_id }) => external_id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  assert.deepEqual(seen, [5, 4, 3, 2, 1].map((number) => `octo/hello#${number}`));
  assert.deepEqual((await listFlows(t.db, { provider: "jira" }, { limit: 2 })).items, []);
  assert.deepEqual((await listFlows(t.db, {}, { limit: 2, cursor: "x' or 1=1" })).items, []);
});

Deno.test("what a flow used is the sum of its tasks, in each of its conversations", async () => {
  await using t = await testDatabase();
  const { flow_id } = await planWaits(t.db);
  const flow = (await getFlow(t.db, flow_id))!;
  assert.deepEqual([flow.tasks, flow.cost_usd, flow.input_tokens], [1, 0.25, 100]);
  const [conversation, ...others] = await conversationsOf(t.db, flow_id);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [conversation.conversation_id, conversation.tasks, conversation.cost_usd],
    [flow.conversation_id, 1, 0.25],
  );
});

Deno.test("of what somebody linked without end, the newest hundred are told", async () => {
  await using t = await testDatabase();
  const { db } = t;
  const { flow_id } = await flowAsked(db, { title: "Named everywhere" });
  await db.sql`
    insert into flows (flow_id, provider, external_id, conversation_id)
    select 'f' || n, provider, 'SHOP-' || n, conversation_id
    from flows, generate_series(1, 130) n where flow_id = ${flow_id}`;
  await db.sql`
    insert into flow_links (flow_id, linked_flow_id, evidence, created_at)
    select least(flow_id, ${flow_id}), greatest(flow_id, ${flow_id}), 'its text names it',
      now() + substr(flow_id, 2)::int * interval '1 s'
    from flows where flow_id <> ${flow_id}`;
  const { linked } = (await getFlow(db, flow_id))!;
  const ids = linked.map((one) => one.flow_id);
  assert.deepEqual([ids.length, ids[0], ids.at(-1)], [100, "f31", "f130"]);
});

Deno.test("one timeline tells of what is linked, until that is undone", async () => {
  await using t = await testDatabase();
  const { db } = t;
  const one = await planWaits(db, { number: 1, title: "The bug" });
  const other = await flowAsked(db, { number: 2, title: "Its ticket" });
  await linked(db, one.flow_id, other.flow_id, "its text names SHOP-1");
  await db.sql.begin((tx) =>
    decideApproval(tx, decide(one.approval.approval_id, "approved", "mind the tests"))
  );
  for (const [here, there] of [[one, other], [other, one]]) {
    const { linked } = (await getFlow(db, here.flow_id))!;
    const named = linked.map(({ flow_id, evidence }) => [flow_id, evidence]);
    assert.deepEqual(named, [[there.flow_id, "its text names SHOP-1"]]);
  }
  const story = await timeline(db, [one.flow_id, other.flow_id]);
  const of = (flow_id: string) =>
    story.filter((entry) => entry.flow_id === flow_id).map(({ text }) => text);
  assert.deepEqual(of(one.flow_id), [
    "planning was asked",
    "planning completed ($0.25)",
    "Mend the greeting (risk low, 1 file)",
    "Approved by ann through dashboard: mind the tests",
    "executor was asked",
  ]);
  assert.deepEqual(of(other.flow_id), ["planning was asked"]);
  assert.ok(story.every(({ at }, n) => n === 0 || at >= story[n - 1].at));

  const undo = () => db.sql.begin((tx) => undoLink(tx, one.flow_id, other.flow_id, "ann"));
  assert.equal(await undo(), true);
  assert.equal(await undo(), false);
  assert.deepEqual((await getFlow(db, one.flow_id))!.linked, []);
});

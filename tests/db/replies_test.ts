import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { acknowledge, listReplies } from "@/db/replies.ts";
import { holdPace } from "@/db/replies/pace.ts";
import { partPosted, replyFailed, replySent, takeReply } from "@/db/replies/sending.ts";
import { claimOf, claimTask, finishTask } from "@/db/tasks/run.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { flowAsked } from "@/tests/helpers/flow_story.ts";
import { PLAN } from "@/tests/helpers/plans.ts";
import { acceptRecord, liveWorker, NOTHING_USED } from "@/tests/helpers/records.ts";

async function acknowledgedTask(db: Parameters<typeof acknowledge>[0]) {
  const worker_id = await liveWorker(db);
  const { task_ids: [task_id] } = await acceptDelivery(db, acceptRecord());
  const task = (await claimTask(db, { task_id, worker_id, machine_id: "m1" }))!;
  await acknowledge(db, task, "On it.");
  await acknowledge(db, task, "On it.");
  const [comment] = (await listReplies(db, { task_id })).filter((r) => r.kind === "comment");
  return { task_id, claim: claimOf(task), comment };
}
const DONE = { status: "completed", output: "42", error: null, usage: NOTHING_USED } as const;

Deno.test("the first comment becomes the answer, also when the end comes while it is being sent", async () => {
  await using t = await testDatabase();
  const { claim, comment } = await acknowledgedTask(t.db);
  const sending = (await takeReply(t.db, comment.reply_id))!;
  assert.equal(await takeReply(t.db, comment.reply_id), null, "nobody else sends it meanwhile");
  await finishTask(t.db, claim, DONE);
  await partPosted(t.db, sending, { outside_ids: ["99"], outside_url: "https://x/99" });
  await replySent(t.db, sending);
  const update = (await takeReply(t.db, comment.reply_id))!;
  assert.deepEqual([update.body, update.outside_id, update.version], ["42", "99", 2]);
  assert.deepEqual([update.outside_ids, update.outside_url], [["99"], "https://x/99"]);
  await replySent(t.db, update);
  assert.equal(await takeReply(t.db, comment.reply_id), null);
});

Deno.test("a workflow says once that it has begun, where its plan comes to stand", async () => {
  await using t = await testDatabase();
  const reply_to = { repository: "octo/hello", number: 7, on: "issue" };
  const asked = { source_metadata: { provider: "github", reply_to } };
  const { workflow_id } = await flowAsked(t.db, { asked });
  const worker_id = await liveWorker(t.db);
  const [{ task_id }] = await t.db.sql`select task_id from tasks`;
  const task = (await claimTask(t.db, { task_id, worker_id, machine_id: "m1" }))!;
  await acknowledge(t.db, task, "On it.");
  const said = () =>
    t.db.sql`
    select notice, body from replies where workflow_id = ${workflow_id} and task_id is null`;
  assert.deepEqual([...await said()], [{ notice: "plan", body: "On it." }]);
  await finishTask(t.db, claimOf(task), { ...DONE, result: PLAN });
  await acknowledge(t.db, task, "On it.");
  const [plan, ...more] = await said();
  assert.match(plan.body, /^## Mend the greeting/);
  assert.deepEqual([more, (await t.db.sql`select from replies`).count], [[], 1]);
});

Deno.test("where no plan comes of it, that comment becomes the answer, or says why there is none", async () => {
  await using t = await testDatabase();
  const begun = async (number: number) => {
    const reply_to = { repository: "octo/hello", number, on: "issue" };
    const asked = { source_metadata: { provider: "github", reply_to } };
    const { workflow_id } = await flowAsked(t.db, { number, asked, steps: ["brain", "planning"] });
    const worker_id = await liveWorker(t.db);
    const [{ task_id }] = await t.db.sql`select task_id from tasks where completed_at is null`;
    const task = (await claimTask(t.db, { task_id, worker_id, machine_id: "m1" }))!;
    await acknowledge(t.db, task, "On it.");
    const said = () =>
      t.db.sql`select notice, body from replies where workflow_id = ${workflow_id}`;
    return { claim: claimOf(task), said };
  };
  const question = await begun(1);
  const result = { class: "question", reason: "It asks.", answer: "Forty-two." };
  await finishTask(t.db, question.claim, { ...DONE, result });
  const [answer, ...more] = await question.said();
  assert.deepEqual([answer.notice, /^Forty-two/.test(answer.body), more], ["plan", true, []]);

  const failing = await begun(2);
  await finishTask(t.db, failing.claim, { ...DONE, status: "failed", error: "no model" });
  const [failure, ...others] = await failing.said();
  assert.deepEqual([/no model/.test(failure.body), others], [true, []]);
});

Deno.test("a failure is tried again when it says so, and kept when it is for good", async () => {
  await using t = await testDatabase();
  const { task_id, comment } = await acknowledgedTask(t.db);
  const first = (await takeReply(t.db, comment.reply_id))!;
  await replyFailed(t.db, first, { error: "429", retry_after_seconds: 60 });
  assert.equal(await takeReply(t.db, comment.reply_id), null, "not due yet");
  await t.db.sql`update replies set next_try_at = now()`;
  const second = (await takeReply(t.db, comment.reply_id))!;
  assert.equal(second.tries, 2);
  await replyFailed(t.db, second, { error: "403 no access", retry_after_seconds: null });
  const [kept] = (await listReplies(t.db, { task_id })).filter((r) => r.kind === "comment");
  assert.deepEqual([kept.status, kept.permanent, kept.last_error], [
    "failed",
    true,
    "403 no access",
  ]);
});

const PACE = { key: "github", interval_seconds: 10, burst: 2 };

/** Comments that wait to be sent, in the order in which they were asked for. */
async function comments(db: Parameters<typeof acknowledge>[0], count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push((await acknowledgedTask(db)).comment.reply_id);
  return ids;
}

const secondsToTurn = async (db: Parameters<typeof acknowledge>[0], reply_id: string) => {
  const [row] = await db.sql<{ seconds: number | null; tries: number }[]>`
    select round(extract(epoch from turn_at - now()))::int as seconds, tries
    from replies where reply_id = ${reply_id}`;
  return row;
};

Deno.test("a few go at once, the others get turns one after the other, and that is no try", async () => {
  await using t = await testDatabase();
  const ids = await comments(t.db, 4);
  const price = () => ({ pace: PACE, cost: 1 });
  const taken = await Promise.all(ids.map((id) => takeReply(t.db, id, { priceOf: price })));
  assert.equal(taken.filter((reply) => reply !== null).length, 2);
  const waiting = ids.filter((_, index) => taken[index] === null);
  const turns = await Promise.all(waiting.map((id) => secondsToTurn(t.db, id)));
  assert.deepEqual(turns.map(({ seconds }) => seconds).sort(), [10, 20]);
  assert.deepEqual(turns.map(({ tries }) => tries), [0, 0]);
  assert.equal(await takeReply(t.db, waiting[0], { priceOf: price }), null, "before its turn");
  await t.db.sql`update replies set next_try_at = now()`;
  const late = await Promise.all(waiting.map((id) => takeReply(t.db, id, { priceOf: price })));
  assert.ok(late.every((reply) => reply?.tries === 1), "a turn is kept");
});

Deno.test("what has many parts takes as many turns, and places do not wait for each other", async () => {
  await using t = await testDatabase();
  const [long, next, elsewhere] = await comments(t.db, 3);
  assert.ok(await takeReply(t.db, long, { priceOf: () => ({ pace: PACE, cost: 5 }) }));
  assert.equal(await takeReply(t.db, next, { priceOf: () => ({ pace: PACE, cost: 1 }) }), null);
  assert.equal((await secondsToTurn(t.db, next)).seconds, 40);
  const other = { ...PACE, key: "slack C1" };
  assert.ok(await takeReply(t.db, elsewhere, { priceOf: () => ({ pace: other, cost: 1 }) }));
});

Deno.test("when a place asks us to wait, turns that were given before no longer count", async () => {
  await using t = await testDatabase();
  const ids = await comments(t.db, 4);
  const price = () => ({ pace: PACE, cost: 1 });
  for (const id of ids.slice(0, 3)) await takeReply(t.db, id, { priceOf: price });
  await holdPace(t.db, PACE, 100);
  await t.db.sql`update replies set next_try_at = now()`;
  assert.equal(await takeReply(t.db, ids[2], { priceOf: price }), null);
  assert.equal(await takeReply(t.db, ids[3], { priceOf: price }), null);
  const turns = await Promise.all(ids.slice(2).map((id) => secondsToTurn(t.db, id)));
  assert.deepEqual(turns.map(({ seconds }) => seconds), [100, 110]);
  await holdPace(t.db, PACE, 1);
  assert.equal(
    await takeReply(t.db, ids[3], { priceOf: price }),
    null,
    "a shorter wait does not end a longer",
  );
});

Deno.test("an answer that comes while its announcement waits keeps the turn", async () => {
  await using t = await testDatabase();
  const { claim, comment } = await acknowledgedTask(t.db);
  const price = () => ({ pace: PACE, cost: 1 });
  await holdPace(t.db, PACE, 100);
  assert.equal(await takeReply(t.db, comment.reply_id, { priceOf: price }), null);
  await finishTask(t.db, claim, DONE);
  assert.equal(await takeReply(t.db, comment.reply_id, { priceOf: price }), null);
  assert.equal((await secondsToTurn(t.db, comment.reply_id)).seconds, 100);
});

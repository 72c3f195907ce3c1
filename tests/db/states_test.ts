/** Each edge of the table in docs/states.md. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { endLease, endWorkers } from "@/db/machines.ts";
import { createBoss } from "@/db/queue.ts";
import { listReplies } from "@/db/replies.ts";
import {
  keepSending,
  partPosted,
  reclaimReplies,
  replyFailed,
  replySent,
  takeReply,
} from "@/db/replies/sending.ts";
import { appendOutput, type OutputRow } from "@/db/task_output.ts";
import { getTask, type Task } from "@/db/tasks.ts";
import { giveBack, MOST_CLAIMS, wayBack } from "@/db/tasks/give_back.ts";
import type { Interruption } from "@/db/nouns/task.ts";
import { giveBackUnheld, reclaimTasks } from "@/db/tasks/reclaim.ts";
import { claimOf, claimTask, finishTask, markCliStarted, setCliSession } from "@/db/tasks/run.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import {
  acceptRecord,
  chatTask,
  liveWorker,
  NOTHING_USED,
  runningTask,
} from "@/tests/helpers/records.ts";

const ROW: OutputRow = {
  kind: "text",
  text: "Hi",
  data: null,
  message_id: "msg_1",
  parent_tool_use_id: null,
};
const COMPLETED = { status: "completed", output: "Hi.", error: null, usage: NOTHING_USED } as const;

async function claimed(db: Database, task_id: string, worker_id: string): Promise<Task | null> {
  return await claimTask(db, { task_id, worker_id, machine_id: "m1" });
}

Deno.test("a worker without a lease gets no task", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const { task_id } = await chatTask(t.db);
  await t.db.sql`update workers set lease_until = now() where worker_id = ${worker_id}`;
  assert.equal(await claimed(t.db, task_id, worker_id), null, "its lease ran out");
  assert.equal(await claimed(t.db, task_id, crypto.randomUUID()), null, "it never had one");
  const stopped = await liveWorker(t.db);
  await endLease(t.db, stopped);
  assert.equal(await claimed(t.db, task_id, stopped), null, "it gave it up");
  assert.equal((await claimed(t.db, task_id, await liveWorker(t.db)))?.attempt, 1);
});

Deno.test("a claim whose answer was lost is asked for again, and nobody else's", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const { task_id } = await chatTask(t.db);
  const wanted = { task_id, worker_id, machine_id: "m1", claim_id: crypto.randomUUID() };
  const first = await claimTask(t.db, wanted);
  const again = await claimTask(t.db, wanted);
  assert.deepEqual([again?.claim_id, again?.claim_count], [first?.claim_id, 1]);
  assert.equal(await claimTask(t.db, { ...wanted, claim_id: crypto.randomUUID() }), null);
});

Deno.test("whoever lost a claim can write nothing, though worker and attempt are the same", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  await giveBack(t.db, claim, "claim_lost");
  const next = (await claimed(t.db, task.task_id, claim.worker_id))!;
  assert.deepEqual([next.worker_id, next.attempt], [claim.worker_id, claim.attempt]);
  const session = { cli_session_id: crypto.randomUUID(), model: null };
  assert.equal(await markCliStarted(t.db, claim), false);
  assert.equal(await setCliSession(t.db, claim, session), false);
  assert.equal(await appendOutput(t.db, claim, 0, [ROW], null), false);
  assert.equal(await giveBack(t.db, claim, "worker_stopped"), null);
  assert.equal(await finishTask(t.db, claim, COMPLETED), null);
  const { duration_seconds: _now, ...after } = (await getTask(t.db, task.task_id))!;
  const { duration_seconds: _then, ...before } = next;
  assert.deepEqual(after, before);
  assert.equal((await finishTask(t.db, claimOf(next), COMPLETED))?.status, "completed");
});

const AT = {
  attempt: 1,
  claim_count: 1,
  crash_count: 0,
  cli_started_at: new Date(),
  machine_id: "m1",
  stop_requested_at: null,
};
const ALL: Interruption[] = ["worker_stopped", "machine_silent", "cli_killed", "claim_lost"];

Deno.test("the way back: what counts, and when it ends", () => {
  for (const why of ALL) {
    assert.deepEqual(wayBack({ ...AT, stop_requested_at: new Date() }, why), { to: "cancelled" });
    const unstarted = { ...AT, cli_started_at: null, crash_count: 1 };
    assert.deepEqual(wayBack(unstarted, why), { to: "queued", attempt: 1, crash_count: 1 });
    const never = wayBack({ ...unstarted, claim_count: MOST_CLAIMS }, why);
    assert.match(never.to === "failed" ? never.error : "", /its CLI never started/);
    const crash_count = why === "worker_stopped" ? 0 : 1;
    assert.deepEqual(wayBack(AT, why), { to: "queued", attempt: 2, crash_count });
    const last = wayBack({ ...AT, attempt: 20 }, why);
    assert.match(last.to === "failed" ? last.error : "", /in each of 20 attempts/);
  }
  const second = { ...AT, attempt: 2, crash_count: 1 };
  assert.deepEqual(wayBack(second, "worker_stopped"), { to: "queued", attempt: 3, crash_count: 1 });
  const reasons = ALL.slice(1).map((why) => wayBack(second, why))
    .map((way) => way.to === "failed" ? way.error : way.to);
  assert.match(reasons[0], /^Machine m1 fell silent during attempt 2\.$/);
  assert.match(reasons[1], /^The CLI was killed during attempt 2, on machine m1: out of memory/);
  assert.match(reasons[2], /^Machine m1 lost sight of attempt 2\.$/);
});

Deno.test("what nobody here holds is given back: unstopped to the queue, stopped to its end", async () => {
  await using t = await testDatabase();
  const { task: kept, claim } = await runningTask(t.db);
  const worker_id = claim.worker_id;
  const unheard = await claimed(t.db, (await chatTask(t.db)).task_id, worker_id);
  const stopping = await claimed(t.db, (await chatTask(t.db)).task_id, worker_id);
  await stopTask(t.db, stopping!.task_id, "ann");
  const given = await giveBackUnheld(t.db, worker_id, (claim_id) => claim_id === claim.claim_id);
  assert.deepEqual(given.toSorted(), [unheard!.task_id, stopping!.task_id].toSorted());
  const status = async (task: Task) => (await getTask(t.db, task.task_id))?.status;
  assert.equal(await status(kept), "running");
  assert.equal(await status(unheard!), "queued");
  assert.equal(await status(stopping!), "cancelled");
});

Deno.test("an interrupted task keeps its place before all that wait", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  await t.db.sql`delete from pgboss.job`;
  const waiting = await chatTask(t.db);
  await giveBack(t.db, claim, "worker_stopped");
  const boss = createBoss(t.db);
  const first = await boss.fetch<{ id: string }>("run_task");
  const second = await boss.fetch<{ id: string }>("run_task");
  assert.deepEqual([first[0].data.id, second[0].data.id], [task.task_id, waiting.task_id]);
});

Deno.test("the cost of an interrupted run is kept", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  await markCliStarted(t.db, claim);
  await giveBack(t.db, claim, "cli_killed", { ...NOTHING_USED, cost_usd: 0.25, num_turns: 3 });
  const queued = await getTask(t.db, task.task_id);
  assert.deepEqual([queued?.cost_usd, queued?.num_turns, queued?.attempt], [0.25, 3, 2]);
  assert.equal(queued?.interruption, "cli_killed");
});

async function pendingReply(db: Database, worker_id: string) {
  const { task_ids: [task_id] } = await acceptDelivery(db, acceptRecord());
  const [{ reply_id }] = await listReplies(db, { task_id });
  const reply = (await takeReply(db, reply_id, { worker_id }))!;
  const row = async () => (await listReplies(db, { task_id }))[0];
  return { reply, reply_id, row };
}

Deno.test("a try that was taken over writes nothing any more", async () => {
  await using t = await testDatabase();
  const { reply, reply_id, row } = await pendingReply(t.db, await liveWorker(t.db));
  assert.equal(await keepSending(t.db, reply), true);
  await t.db.sql`update replies set sending_until = now() - interval '1 s'`;
  const taken = (await takeReply(t.db, reply_id, { worker_id: await liveWorker(t.db) }))!;
  assert.equal(taken.tries, 2);
  assert.equal(await keepSending(t.db, reply), false, "nothing may be posted");
  assert.equal(await partPosted(t.db, reply, { outside_ids: ["1"], outside_url: null }), false);
  await replySent(t.db, reply);
  await replyFailed(t.db, reply, { error: "late", retry_after_seconds: null });
  assert.deepEqual((await row()).sending_id, taken.sending_id);
  assert.deepEqual([(await row()).status, (await row()).last_error], ["pending", null]);
  await replySent(t.db, taken);
  assert.equal((await row()).status, "sent");
});

Deno.test("a reply comes back at once when its worker's lease is over", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const { reply, reply_id, row } = await pendingReply(t.db, worker_id);
  assert.deepEqual(await reclaimReplies(t.db), [], "its worker lives");
  const { task_ids: [task_id] } = await acceptDelivery(t.db, acceptRecord());
  await claimed(t.db, task_id, worker_id);
  await t.db.sql`delete from pgboss.job`;
  assert.deepEqual(await endWorkers(t.db, [worker_id]), { tasks: 1, replies: 1 });
  assert.match((await row()).last_error!, /worker ended while this was being sent/);
  const jobs = await t.db.sql`select data->>'id' as id from pgboss.job order by name`;
  assert.deepEqual(jobs.map((job) => job.id), [task_id, reply_id]);
  assert.equal(await keepSending(t.db, reply), false);
  assert.equal((await takeReply(t.db, reply_id))?.tries, 2, "the next try looks for the marker");
});

Deno.test("a paused worker's tasks whose CLI never started lose no attempt", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  for (let round = 0; round < 5; round++) {
    await t.db.sql`update workers set lease_until = now()`;
    assert.deepEqual(await reclaimTasks(t.db), [task.task_id]);
    assert.equal(await claimed(t.db, task.task_id, claim.worker_id), null);
    assert.equal((await claimed(t.db, task.task_id, await liveWorker(t.db)))?.attempt, 1);
  }
});

Deno.test("a row that its way back stumbles over does not hold up the others", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const poison = (await chatTask(t.db)).task_id;
  await claimTask(t.db, { task_id: poison, worker_id, machine_id: "picky" });
  const fine = (await claimed(t.db, (await chatTask(t.db)).task_id, worker_id))!.task_id;
  await t.db.sql`update tasks set stop_requested_at = now(), stopped_by = machine_id`;
  await t.db.sql`alter table messages add constraint picky check (content not like '%picky%')`;
  await endLease(t.db, worker_id);
  await reclaimTasks(t.db);
  assert.equal((await getTask(t.db, fine))?.status, "cancelled");
  const refused = await getTask(t.db, poison);
  assert.equal(refused?.status, "failed");
  assert.match(refused!.error!, /its way back was refused: .*picky/);
});

Deno.test("a worker without a lease sends nothing, and posts no further part", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const { reply, reply_id } = await pendingReply(t.db, worker_id);
  assert.equal(await keepSending(t.db, reply), true);
  await t.db.sql`update workers set lease_until = now() where worker_id = ${worker_id}`;
  assert.equal(await keepSending(t.db, reply), false);
  await reclaimReplies(t.db);
  assert.equal(await takeReply(t.db, reply_id, { worker_id }), null);
});

Deno.test("a reply whose taking got no answer is asked for again by the id of the try", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const { task_ids: [task_id] } = await acceptDelivery(t.db, acceptRecord());
  const [{ reply_id }] = await listReplies(t.db, { task_id });
  const asked = { worker_id, sending_id: crypto.randomUUID() };
  const first = await takeReply(t.db, reply_id, asked);
  const again = await takeReply(t.db, reply_id, asked);
  assert.deepEqual([again?.sending_id, again?.tries], [first?.sending_id, 1]);
});

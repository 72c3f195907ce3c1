import assert from "node:assert/strict";
import { listMessages } from "@/db/conversations.ts";
import { endLease } from "@/db/machines.ts";
import { listReplies } from "@/db/replies.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { appendOutput, readOutput } from "@/db/task_output.ts";
import { getTask } from "@/db/tasks.ts";
import { reclaimTasks } from "@/db/tasks/reclaim.ts";
import { claimOf, claimTask, finishTask, markCliStarted } from "@/db/tasks/run.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import {
  acceptRecord,
  chatTask,
  liveWorker,
  NOTHING_USED,
  runningTask,
} from "@/tests/helpers/records.ts";

const row = (text: string) => ({
  kind: "text" as const,
  text,
  data: null,
  message_id: "msg_1",
  parent_tool_use_id: null,
});
const COMPLETED = { status: "completed", output: "Hi.", error: null, usage: NOTHING_USED } as const;

Deno.test("ten workers want one task: one gets it", async () => {
  await using t = await testDatabase();
  const { task_id } = await chatTask(t.db);
  const workers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => liveWorker(t.db, `m${i}`)),
  );
  const claims = await Promise.all(
    workers.map((worker_id) => claimTask(t.db, { task_id, worker_id, machine_id: "m" })),
  );
  assert.equal(claims.filter(Boolean).length, 1);
});

Deno.test("a conversation runs one task at a time, in the order they were asked for", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const first = await chatTask(t.db);
  const second = await chatTask(t.db, { conversation_id: first.conversation_id });
  const claim = (task_id: string) => claimTask(t.db, { task_id, worker_id, machine_id: "m1" });
  assert.equal(await claim(second.task_id), null, "the first one waits");
  const running = await claim(first.task_id);
  assert.equal(await claim(second.task_id), null, "the first one runs");
  await t.db.sql`delete from pgboss.job`;
  await finishTask(t.db, claimOf(running!), COMPLETED);
  const jobs = await t.db.sql`select data->>'id' as id from pgboss.job where name = 'run_task'`;
  assert.deepEqual(jobs.map((j) => j.id), [second.task_id], "its end wakes the second");
  assert.equal((await claim(second.task_id))?.status, "running");
});

Deno.test("output is numbered without gaps, and the end carries the answer into the conversation", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  const cost = { ...NOTHING_USED, cost_usd: 0.5 };
  assert.equal(await appendOutput(t.db, claim, 0, [row("Hel"), row("lo")], null), true);
  assert.equal(await appendOutput(t.db, claim, 2, [row(".")], cost), true);
  assert.equal(
    await appendOutput(t.db, claim, 2, [row(".")], cost),
    true,
    "a repeat writes nothing",
  );
  assert.equal(await appendOutput(t.db, claim, 7, [row("?")], cost), false, "no gaps");
  const rows = await readOutput(t.db, task.task_id, 0, 10);
  assert.deepEqual(rows.map((r) => [r.seq, r.text]), [[1, "Hel"], [2, "lo"], [3, "."]]);
  assert.equal((await getTask(t.db, task.task_id))?.cost_usd, 0.5);
  const ended = await finishTask(t.db, claim, COMPLETED);
  assert.equal(ended?.status, "completed");
  const messages = await listMessages(t.db, task.conversation_id, { limit: 9 });
  assert.deepEqual(messages.items.map((m) => [m.role, m.content]), [
    ["user", "Say hello"],
    ["assistant", "Hi."],
  ]);
});

Deno.test("a worker that was silent too long can change nothing any more", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  await markCliStarted(t.db, claim);
  await appendOutput(t.db, claim, 0, [row("before")], null);
  assert.deepEqual(await reclaimTasks(t.db), [], "its lease still holds");
  await endLease(t.db, claim.worker_id);
  assert.deepEqual(await reclaimTasks(t.db), [task.task_id]);
  assert.equal(await appendOutput(t.db, claim, 1, [row("late")], null), false);
  assert.equal(await finishTask(t.db, claim, COMPLETED), null);
  const again = await getTask(t.db, task.task_id);
  assert.deepEqual([again?.status, again?.attempt], ["queued", 2]);

  const worker_id = await liveWorker(t.db, "m2");
  const second = await claimTask(t.db, { task_id: task.task_id, worker_id, machine_id: "m2" });
  await markCliStarted(t.db, claimOf(second!));
  await endLease(t.db, worker_id);
  await reclaimTasks(t.db);
  const failed = await getTask(t.db, task.task_id);
  assert.equal(failed?.status, "failed");
  assert.match(failed!.error!, /Machine m2 fell silent during attempt 2/);
});

Deno.test("a stopped task is cancelled whatever the CLI says", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  assert.equal((await stopTask(t.db, task.task_id, "ann")).outcome, "stopping");
  assert.equal((await stopTask(t.db, task.task_id, "bob")).outcome, "stopping");
  const ended = await finishTask(t.db, claim, COMPLETED);
  assert.deepEqual([ended?.status, ended?.error], ["cancelled", "Stopped by ann."]);
  assert.equal((await stopTask(t.db, task.task_id, "bob")).outcome, "ended");
  assert.equal((await stopTask(t.db, "not-an-id", "bob")).outcome, "unknown");
});

Deno.test("a queued task stops without ever running, and the next of its conversation goes on", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const first = await chatTask(t.db);
  const second = await chatTask(t.db, { conversation_id: first.conversation_id });
  assert.equal((await stopTask(t.db, first.task_id, "ann")).outcome, "cancelled");
  const claim = (task_id: string) => claimTask(t.db, { task_id, worker_id, machine_id: "m1" });
  assert.equal(await claim(first.task_id), null);
  assert.equal((await claim(second.task_id))?.status, "running");
});

Deno.test("a stop that its machine never heard of is carried out when the lease runs out", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  await stopTask(t.db, task.task_id, "ann");
  await endLease(t.db, claim.worker_id);
  await reclaimTasks(t.db);
  assert.equal((await getTask(t.db, task.task_id))?.status, "cancelled");
});

Deno.test("every end answers outside with one comment, also a failure", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const { task_ids: [task_id] } = await acceptDelivery(t.db, acceptRecord());
  const task = await claimTask(t.db, { task_id, worker_id, machine_id: "m1" });
  await finishTask(t.db, claimOf(task!), {
    ...COMPLETED,
    status: "failed",
    output: null,
    error: "no luck",
  });
  const comments = (await listReplies(t.db, { task_id })).filter((r) => r.kind === "comment");
  assert.deepEqual(comments.map((r) => r.body), ["Failed: no luck"]);
});

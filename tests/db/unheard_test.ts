import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { listMessages } from "@/db/conversations.ts";
import { forgetHeard, inputHeard, sendInput, takeInputs } from "@/db/task_inputs.ts";
import { listTasks } from "@/db/tasks.ts";
import { giveBack } from "@/db/tasks/give_back.ts";
import { claimOf, claimTask, finishTask } from "@/db/tasks/run.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { NOTHING_USED, runningTask } from "@/tests/helpers/records.ts";

const COMPLETED = { status: "completed", output: "Hi.", error: null, usage: NOTHING_USED } as const;

/** A running task that was told three things: one was read, one handed over, one waits. */
async function toldTask(db: Database) {
  const { task, claim } = await runningTask(db);
  const say = (message: string) => sendInput(db, task.task_id, message, "ann");
  await say("first");
  await say("second");
  const [first, second] = await takeInputs(db, [claim.claim_id]);
  assert.deepEqual([first.message, second.message], ["first", "second"]);
  await inputHeard(db, claim, first.input_id);
  await say("third");
  return { task, claim };
}

const contents = async (db: Database, conversation_id: string) =>
  (await listMessages(db, conversation_id, { limit: 9 })).items.map((m) =>
    `${m.role}: ${m.content}`
  );

Deno.test("what a run did not hear becomes the next task of its conversation", async () => {
  await using t = await testDatabase();
  const { task, claim } = await toldTask(t.db);
  await finishTask(t.db, claim, COMPLETED);
  const { conversation_id } = task;
  const [next] = (await listTasks(t.db, { conversation_id, status: "queued" }, { limit: 9 })).items;
  assert.equal(next.input_message, "second\n\nthird");
  assert.deepEqual(
    [next.assigned_agent, next.tool_profile, next.attempt],
    [task.assigned_agent, task.tool_profile, 1],
  );
  assert.deepEqual(await contents(t.db, conversation_id), [
    "user: Say hello",
    "assistant: Hi.",
    "user: second\n\nthird",
  ]);
  const jobs = await t.db.sql`select data->>'id' as id from pgboss.job where name = 'run_task'`;
  assert.ok(jobs.some((job) => job.id === next.task_id));
});

Deno.test("a stop says what was not heard, and starts nothing", async () => {
  await using t = await testDatabase();
  const { task, claim } = await toldTask(t.db);
  await stopTask(t.db, task.task_id, "ann");
  await finishTask(t.db, claim, COMPLETED);
  const { conversation_id } = task;
  assert.deepEqual(await contents(t.db, conversation_id), [
    "user: Say hello",
    "system: Cancelled: Stopped by ann.",
    "system: The task was stopped before the agent read this: second\n\nthird",
  ]);
  assert.equal((await listTasks(t.db, { conversation_id }, { limit: 9 })).items.length, 1);
});

Deno.test("after an interruption the next run is told what was not heard, or all when it begins anew", async () => {
  await using t = await testDatabase();
  const { task, claim } = await toldTask(t.db);
  await giveBack(t.db, claim, "worker_stopped");
  const { task_id } = task;
  const again = claimOf(
    (await claimTask(t.db, { task_id, worker_id: claim.worker_id, machine_id: "m1" }))!,
  );
  const messages = async () =>
    (await takeInputs(t.db, [again.claim_id])).map((input) => input.message);
  assert.equal((await takeInputs(t.db, [claim.claim_id])).length, 0, "not to a run that is over");
  assert.deepEqual(await messages(), ["second", "third"]);
  await forgetHeard(t.db, again);
  assert.deepEqual(await messages(), ["first", "second", "third"]);
});

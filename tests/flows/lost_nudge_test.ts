/** A job is a nudge and a NOTIFY is a hint: whoever loses one finds the row. */
import assert from "node:assert/strict";
import { startSystem } from "@/tests/flows/system.ts";

Deno.test("lost jobs, lost answers and lost notifications are made up for by looking", async () => {
  await using s = await startSystem();
  const { sql } = s.db;
  const worker = await s.startWorker({ env: { MAX_CONCURRENT_TASKS: "1" } });
  const busy = await s.chat("[[sleep:1000]]");
  const { worker_id } = await s.until(busy, (task) => task.last_seq >= 3);
  const [forgotten, half_claimed] = [await s.chat("[[hello]]"), await s.chat("[[hello]]")];
  const { conversation_id } = await s.until(forgotten, () => true);

  // The jobs are gone, as after a restored backup of half the tables.
  await sql`delete from pgboss.job where name = 'run_task' and state = 'created'`;
  // This one has its job, and still comes after the one before it in its conversation.
  const younger = await s.chat("[[hello]] again", { conversation_id });
  await sql`update tasks set created_at = now() - interval '1 min' where task_id = ${forgotten}`;
  // A claim that was committed, and whose answer was lost with the connection.
  await sql`
    update tasks set status = 'running', worker_id = ${worker_id!}, started_at = now(),
      claim_id = gen_random_uuid(), claim_count = 1
    where task_id = ${half_claimed}`;
  // A stop that nobody was told of.
  await sql`update tasks set stop_requested_at = now(), stopped_by = 'ann' where task_id = ${busy}`;

  const stopped = await s.ended(busy);
  assert.deepEqual([stopped.status, stopped.error], ["cancelled", "Stopped by ann."]);
  const tasks = await Promise.all([forgotten, half_claimed, younger].map((id) => s.ended(id)));
  for (const task of tasks) {
    assert.deepEqual([task.status, task.error, task.attempt], ["completed", null, 1]);
  }
  assert.ok(tasks[0].completed_at! <= tasks[2].started_at!, "in the order they were asked for");
  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
});

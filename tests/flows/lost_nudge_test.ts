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

  // The jobs are gone, as after a restored backup of half the tables.
  await sql`delete from pgboss.job where name = 'run_task' and state = 'created'`;
  await sql`update tasks set created_at = now() - interval '1 min' where task_id = ${forgotten}`;
  // A claim that was committed, and whose answer was lost with the connection.
  await sql`
    update tasks set status = 'running', worker_id = ${worker_id!}, started_at = now()
    where task_id = ${half_claimed}`;
  // A stop that nobody was told of.
  await sql`update tasks set stop_requested_at = now(), stopped_by = 'ann' where task_id = ${busy}`;

  const stopped = await s.ended(busy);
  assert.deepEqual([stopped.status, stopped.error], ["cancelled", "Stopped by ann."]);
  for (const task_id of [forgotten, half_claimed]) {
    const task = await s.ended(task_id);
    assert.deepEqual([task.status, task.error, task.attempt], ["completed", null, 1]);
  }
  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
});

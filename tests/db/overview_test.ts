import assert from "node:assert/strict";
import { costByDay, readOverview } from "@/db/overview.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { seed } from "@/tests/bench/pages/seed.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { chatTask } from "@/tests/helpers/records.ts";

Deno.test("what ended on a day is counted in the commit that ends it, and once", async () => {
  await using t = await testDatabase();
  const { sql } = t.db;
  const tasks = await Promise.all([1, 2, 3, 4].map(() => chatTask(t.db)));
  await Promise.all(tasks.slice(0, 2).map(({ task_id }) => stopTask(t.db, task_id, "admin")));
  await sql`
    update tasks set status = 'completed', completed_at = now(), cost_usd = 0.5, input_tokens = 7
    where task_id = ${tasks[2].task_id}`;
  await sql`update tasks set output = 'said later' where task_id = ${tasks[2].task_id}`;
  const overview = await readOverview(t.db);
  assert.deepEqual(
    [overview.cancelled_today, overview.completed_today, overview.queued],
    [2, 1, 1],
  );
  assert.deepEqual([overview.cost_usd_today, overview.input_tokens_today], [0.5, 7]);
  const days = await costByDay(t.db, 3);
  assert.deepEqual(days.map(({ tasks, cost_usd }) => [tasks, cost_usd]), [[0, 0], [0, 0], [
    3,
    0.5,
  ]]);
  assert.equal(days[2].day, new Date().toISOString().slice(0, 10));
});

Deno.test("an older database's days are counted from its tasks", async () => {
  await using t = await testDatabase();
  await seed(t.url, 400);
  const { sql } = t.db;
  await sql`truncate task_days`;
  await sql`insert into task_days select * from count_task_days()`;
  const days = await costByDay(t.db, 30);
  const [{ ended }] = await sql<{ ended: number }[]>`
    select count(*) as ended from tasks
    where completed_at >= ${days[0].day + "T00:00:00Z"}::text::timestamptz`;
  assert.ok(ended > 0);
  assert.equal(days.reduce((sum, { tasks }) => sum + tasks, 0), ended);
});

/** What a worker runs ends with it, or before its tasks may be somebody else's. */
import assert from "node:assert/strict";
import { until } from "@/db/embedded/postmaster.ts";
import { runIdOf, startSystem, type System } from "@/tests/flows/system.ts";
import { processesOf } from "@/tests/helpers/processes.ts";

const PROMPT = "[[bash:(setsid sleep 4711 >/dev/null 2>&1 &); sleep 4712]]";

/** A task whose CLI has started a child that has got away. */
async function running(s: System) {
  const task_id = await s.chat(PROMPT);
  const task = await s.until(task_id, (task) => task.last_seq >= 3);
  const run_id = runIdOf(task);
  assert.ok(await until(() => processesOf(run_id).length > 2, 10_000), "the CLI and its children");
  return { run_id, worker_id: task.worker_id! };
}

Deno.test("kill -9 of a worker ends its CLIs, though no other worker comes", async () => {
  await using s = await startSystem();
  const worker = await s.startWorker();
  const { run_id } = await running(s);
  await worker.kill("SIGKILL");
  assert.ok(await until(() => processesOf(run_id).length === 0, 10_000));
});

Deno.test("the CLIs of a worker that was stopped are gone before its lease is", async () => {
  await using s = await startSystem();
  const worker = await s.startWorker();
  const { run_id, worker_id } = await running(s);
  Deno.kill(worker.pid, "SIGSTOP");
  try {
    assert.ok(await until(() => processesOf(run_id).length === 0, 60_000));
    const [{ alive }] = await s.db.sql`
      select lease_until > now() as alive from workers where worker_id = ${worker_id}`;
    assert.ok(alive, "nobody may have taken the task yet");
  } finally {
    Deno.kill(worker.pid, "SIGCONT");
  }
});

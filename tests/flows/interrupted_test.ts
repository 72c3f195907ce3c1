/** What interrupts a run does not lose its task, its cost, its place or what people said to it. */
import assert from "node:assert/strict";
import { listTasks } from "@/db/tasks.ts";
import { runIdOf, startSystem } from "@/tests/flows/system.ts";
import { processesOf } from "@/tests/helpers/processes.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

/** The CLI itself: what wraps it names other programs first, and its Bash has no such option. */
async function killCli(run_id: string): Promise<void> {
  let pid: number | null = null;
  await untilTrue(async () => (pid = await cliProcess(run_id)) !== null);
  Deno.kill(pid!, "SIGKILL");
}

async function cliProcess(run_id: string): Promise<number | null> {
  for (const pid of processesOf(run_id)) {
    const words = (await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "")).split("\0");
    const wraps = /(^|\/)(unshare|setpriv|sh|prlimit)$/.test(words[0]);
    if (!wraps && words.includes("--replay-user-messages")) return pid;
  }
  return null;
}

Deno.test("a CLI that is killed gets a second attempt, and what the first cost is kept", async () => {
  await using s = await startSystem();
  await s.startWorker();
  const task_id = await s.chat("[[bash:echo one; sleep 4]]");
  const first = await s.until(task_id, (task) => task.last_seq >= 3);
  await killCli(runIdOf(first));
  const second = await s.until(task_id, (task) => task.attempt === 2);
  assert.ok(second.cost_usd > 0, "what the first attempt cost is known");
  const task = await s.ended(task_id);
  assert.deepEqual([task.status, task.error, task.crash_count], ["completed", null, 1]);
  assert.ok(task.cost_usd > second.cost_usd);
  const { items } = (await s.call("GET", `/api/tasks/${task_id}/logs?limit=500`)).json;
  const said = items.map((row: { text: string }) => row.text).join("\n");
  // Which of the two depends on how far the CLI's own transcript had got.
  assert.match(said, /Its CLI was killed .*(is resumed|it starts again) \(attempt 2\)/);
});

Deno.test("a message that a run accepted and did not hear becomes the next task", async () => {
  await using s = await startSystem({ worker: { env: { TASK_TIMEOUT_SECONDS: "8" } } });
  await s.startWorker();
  const task_id = await s.chat("[[bash:sleep 1000]]");
  const { conversation_id } = await s.until(task_id, (task) => task.last_seq >= 3);
  const said = await s.call("POST", `/api/tasks/${task_id}/input`, {
    message: "[[hello]] and this",
  });
  assert.equal(said.status, 202);
  assert.match((await s.ended(task_id)).error!, /time limit/);
  const { items } = await listTasks(s.db, { conversation_id }, { limit: 5 });
  assert.deepEqual(items.map((task) => task.input_message), [
    "[[hello]] and this",
    "[[bash:sleep 1000]]",
  ]);
  const next = await s.ended(items[0].task_id);
  assert.deepEqual([next.status, next.error], ["completed", null]);
});

Deno.test("a message that a run heard is not said again", async () => {
  await using s = await startSystem();
  await s.startWorker();
  const task_id = await s.chat("[[bash:sleep 2]]");
  const { conversation_id } = await s.until(task_id, (task) => task.last_seq >= 3);
  await s.call("POST", `/api/tasks/${task_id}/input`, { message: "and remember the milk" });
  assert.equal((await s.ended(task_id)).status, "completed");
  const asked = JSON.stringify(s.model.requests.at(-1)?.body);
  assert.match(asked, /remember the milk/);
  assert.equal((await listTasks(s.db, { conversation_id }, { limit: 5 })).items.length, 1);
});

Deno.test("a paused worker says so, and its waiting tasks lose no attempt", async () => {
  await using s = await startSystem();
  const worker = await s.startWorker({ env: { MAX_CONCURRENT_TASKS: "1" } });
  const task_id = await s.chat("[[bash:sleep 1000]]");
  const { worker_id } = await s.until(task_id, (task) => task.last_seq >= 3);
  const waiting = await s.chat("[[hello]]");
  Deno.kill(worker.pid, "SIGSTOP");
  await s.db.sql`update workers set lease_until = now() where worker_id = ${worker_id}`;
  const stopped = performance.now();
  await untilTrue(() => performance.now() - stopped > 6_500);
  Deno.kill(worker.pid, "SIGCONT");
  const again = await s.until(task_id, (task) => task.attempt === 2 && task.status === "running");
  await s.call("POST", `/api/tasks/${task_id}/stop`);
  const task = await s.ended(waiting);
  assert.deepEqual([task.status, task.attempt], ["completed", 1]);
  assert.notEqual(again.worker_id, worker_id);
  assert.match(worker.log(), /this worker was paused for \d+ s/);
  assert.doesNotMatch(worker.log(), /out of reach/);
});

/** Stopping: what runs is gone, what waits never runs, and everything else is said. */
import assert from "node:assert/strict";
import { newId } from "@/db/ids.ts";
import { inOrder, startSystem } from "@/tests/flows/system.ts";
import { fileAppears, processesOf } from "@/tests/helpers/processes.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

Deno.test("stop", async (t) => {
  const step = inOrder(t);
  await using s = await startSystem({ worker: { env: { MAX_CONCURRENT_TASKS: "1" } } });
  const worker = await s.startWorker();
  const stop = (task_id: string) => s.call("POST", `/api/tasks/${task_id}/stop`);
  const running = async (prompt: string, rows: number) => {
    const task_id = await s.chat(prompt);
    const task = await s.until(task_id, (task) => task.last_seq >= rows);
    return { task_id, run_id: `${task.worker_id}.${task_id}` };
  };

  await step("a running task: 200 once its whole tree is gone", async () => {
    const { task_id, run_id } = await running(
      "[[bash:(setsid sleep 4711 >/dev/null 2>&1 &); touch started; sleep 4712]]",
      3,
    );
    await fileAppears(`${worker.data_dir}/runs/${task_id}/work/started`);
    await using reader = await s.watch(task_id);
    const words = await commandLines(run_id);
    assert.ok(words.some((line) => line.includes("4711")), "a grandchild is out there");
    const { status, json } = await stop(task_id);
    assert.deepEqual([status, json.status, json.error], [200, "cancelled", "Stopped by admin."]);
    assert.deepEqual(processesOf(run_id), []);
    assert.ok(json.cost_usd > 0, "what it cost until then is counted");
    await reader.ended;
    assert.equal(reader.events.at(-1)?.event, "task.cancelled");
  });

  await step("a task whose CLI hangs in a call of the API", async () => {
    const { task_id, run_id } = await running("[[hangafter]]", 4);
    await untilTrue(() => s.model.requests.at(-1)!.turn === 1); // this one is never answered
    const asked = s.model.requests.length;
    const { status, json } = await stop(task_id);
    assert.deepEqual([status, json.status], [200, "cancelled"]);
    assert.deepEqual(processesOf(run_id), []);
    assert.ok(json.cost_usd > 0 && json.num_turns > 0, "the turn before the hang is paid for");
    assert.equal(s.model.requests.length, asked, "nothing was asked again");
  });

  await step("a task that waits never runs", async () => {
    const first = await running("[[sleep:1000]]", 3);
    const waiting = await s.chat("[[hello]] I never ran");
    const answer = await stop(waiting);
    assert.deepEqual([answer.status, answer.json.status], [200, "cancelled"]);
    assert.deepEqual([answer.json.started_at, answer.json.cost_usd], [null, 0]);
    assert.equal((await stop(first.task_id)).json.status, "cancelled");
    // The place is free again: whoever comes next runs, the cancelled one did not.
    const next = await s.ended(await s.chat("[[hello]]"));
    assert.equal(next.status, "completed");
    assert.ok(!JSON.stringify(s.model.requests).includes("I never ran"));
    const logs = await s.call("GET", `/api/tasks/${waiting}/logs`);
    assert.deepEqual(logs.json.items, []);
  });

  await step("twice: the second is told that it has ended", async () => {
    const { task_id } = await running("[[sleep:1000]]", 3);
    const answers = await Promise.all([stop(task_id), stop(task_id)]);
    assert.deepEqual(answers.map((a) => a.status), [200, 200], "together they both wait");
    const late = await stop(task_id);
    assert.equal(late.status, 409);
    assert.match(late.json.detail, /ended already: it is cancelled/);
    assert.equal(late.headers.get("content-type"), "application/problem+json");
  });

  await step("a completed task stays completed: 409", async () => {
    const task_id = await s.chat("[[hello]]");
    await s.ended(task_id);
    assert.equal((await stop(task_id)).status, 409);
    assert.equal((await s.call("GET", `/api/tasks/${task_id}`)).json.status, "completed");
  });

  await step("an id that is unknown, or none: 404 for each thing one can ask", async () => {
    const calls = [
      ["POST", "/stop"],
      ["POST", "/retry"],
      ["POST", "/input"],
      ["GET", ""],
      ["GET", "/logs"],
      ["GET", "/stream"],
    ] as const;
    const ids = [newId(), "no-id", "1", "%00", "..%2F..", "x".repeat(3000), "'; drop table tasks"];
    for (const id of ids) {
      for (const [method, path] of calls) {
        const body = path === "/input" ? { message: "x" } : undefined;
        const { status, json } = await s.call(method, `/api/tasks/${id}${path}`, body);
        assert.deepEqual([status, json.status], [404, 404], `${method} ${id.slice(0, 40)}${path}`);
        assert.match(json.detail, /There is no task/);
      }
    }
  });

  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
  assert.doesNotMatch(s.server().log(), /"level":"ERROR"/);
});

Deno.test("a stop that nobody hears is 202, and done when a worker is there again", async () => {
  await using s = await startSystem();
  const worker = await s.startWorker();
  const task_id = await s.chat("[[sleep:1000]]");
  const { worker_id } = await s.until(task_id, (task) => task.last_seq >= 3);
  await worker.kill("SIGKILL");
  const { status, json } = await s.call("POST", `/api/tasks/${task_id}/stop`);
  assert.deepEqual([status, json.status], [202, "running"], "its machine is silent");
  await s.startWorker({ data_dir: worker.data_dir });
  const task = await s.ended(task_id);
  assert.deepEqual([task.status, task.error], ["cancelled", "Stopped by admin."]);
  assert.deepEqual(processesOf(`${worker_id}.${task_id}`), []);
});

async function commandLines(run_id: string): Promise<string[]> {
  const read = (pid: number) => Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
  return await Promise.all(processesOf(run_id).map(read));
}

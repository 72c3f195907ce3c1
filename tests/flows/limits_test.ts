/** Limits of a task, through a whole worker: how it ends, why, and what it cost. */
import assert from "node:assert/strict";
import { inOrder, startSystem } from "@/tests/flows/system.ts";
import { processesOf } from "@/tests/helpers/processes.ts";

Deno.test("a task ends at its limits, with the setting named and the cost known", async (t) => {
  const step = inOrder(t);
  await using s = await startSystem();
  const env = { TASK_TIMEOUT_SECONDS: "5", TASK_MAX_TURNS: "3", TASK_MAX_USD: "2" };
  const worker = await s.startWorker({ env });

  await step("time: the turn before the hang is paid for", async () => {
    const task_id = await s.chat("[[hangafter]]");
    const { worker_id } = await s.until(task_id, (task) => task.status === "running");
    const task = await s.ended(task_id);
    assert.equal(task.status, "failed");
    assert.match(task.error!, /after 5 s, the time limit of a task \(TASK_TIMEOUT_SECONDS\)/);
    assert.ok(task.cost_usd > 0 && task.input_tokens > 0 && task.num_turns >= 1);
    assert.ok(task.duration_seconds! >= 5 && task.duration_seconds! < 12);
    assert.deepEqual(processesOf(`${worker_id}.${task_id}`), []);
  });

  await step("turns", async () => {
    const task = await s.ended(await s.chat("[[loop:50]]"));
    assert.deepEqual([task.status, task.error], [
      "failed",
      "Reached the limit of 3 turns (TASK_MAX_TURNS).",
    ]);
    assert.ok(task.cost_usd > 0 && task.num_turns >= 3);
  });

  await step("money", async () => {
    const task = await s.ended(await s.chat("[[usage:1000000:50]]"));
    assert.deepEqual([task.status, task.error], [
      "failed",
      "Reached the budget of $2 (TASK_MAX_USD).",
    ]);
    assert.ok(task.cost_usd > 2, "the overshoot is not hidden");
  });

  await step("the failure is told in the conversation, and the next task runs", async () => {
    const { json } = await s.call("GET", "/api/tasks?status=failed");
    const { conversation_id } = json.items[0];
    const at = `/api/conversations/${conversation_id}/messages`;
    const last = (await s.call("GET", at)).json.items.at(-1);
    assert.deepEqual([last.role, last.content], [
      "system",
      "Failed: Reached the budget of $2 (TASK_MAX_USD).",
    ]);
    const next = await s.ended(await s.chat("[[hello]]", { conversation_id }));
    assert.equal(next.status, "completed");
  });

  await step("an API that refuses fails the task in its own words", async () => {
    const task = await s.ended(await s.chat("[[err:400]]"));
    assert.equal(task.status, "failed");
    assert.match(task.error!, /400.*Scripted error 400/);
    assert.equal(task.cost_usd, 0);
  });
  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
});

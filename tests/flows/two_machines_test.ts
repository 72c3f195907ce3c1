/** Two machines on one Postgres: what one of them leaves behind, the other takes over. */
import assert from "node:assert/strict";
import { runIdOf, startSystem } from "@/tests/flows/system.ts";
import { killTree } from "@/workers/claude/process_tree.ts";
import { processesOf } from "@/tests/helpers/processes.ts";

Deno.test("a task outlives its machine once, and is given up after the second", async () => {
  await using s = await startSystem();
  const env = (MACHINE_ID: string) => ({ env: { MACHINE_ID } });
  const falls = async (
    worker: { kill(signal: "SIGKILL"): Promise<unknown> },
    worker_id: string,
  ) => {
    await worker.kill("SIGKILL");
    // As if 30 s had passed in which nobody heard of it.
    await s.db.sql`update workers set lease_until = now() where worker_id = ${worker_id}`;
  };

  const alder = await s.startWorker(env("alder"));
  const task_id = await s.chat("[[bash:echo one; sleep 1000]]");
  const first = await s.until(task_id, (task) => task.last_seq >= 3);
  assert.deepEqual([first.machine_id, first.attempt], ["alder", 1]);
  await using reader = await s.watch(task_id);
  const birch = await s.startWorker(env("birch"));
  await falls(alder, first.worker_id!);

  const second = await s.until(task_id, (task) => task.attempt === 2 && task.last_seq >= 7);
  assert.deepEqual([second.status, second.machine_id], ["running", "birch"]);
  assert.ok(second.cost_usd > first.cost_usd, "both attempts are paid for");
  const said = await reader.until((events) => events.some((e) => /attempt 2/.test(e.data.text)));
  assert.match(
    said.find((e) => /attempt 2/.test(e.data.text))!.data.text,
    /fell silent, and the CLI's session is not on this machine: it starts again \(attempt 2\)/,
  );
  const prompts = s.model.requests.filter((request) => request.turn === 0);
  assert.equal(prompts.length, 2, "the model was asked anew");

  await falls(birch, second.worker_id!);
  const again = await s.startWorker({ ...env("alder"), data_dir: alder.data_dir });
  const task = await s.ended(task_id);
  assert.deepEqual([task.status, task.error], [
    "failed",
    "Machine birch fell silent during attempt 2.",
  ]);
  assert.ok(task.cost_usd >= second.cost_usd, "what both attempts cost stays known");
  assert.deepEqual(processesOf(runIdOf(first)), [], "the machine that came back swept its own");
  await reader.ended;
  assert.equal(reader.events.at(-1)!.event, "task.failed");

  const next = await s.ended(await s.chat("[[hello]]"));
  assert.deepEqual([next.status, next.machine_id], ["completed", "alder"]);
  assert.doesNotMatch(again.log(), /"level":"ERROR"/);
  await killTree(runIdOf(second), null); // birch never comes back for its own
});

Deno.test("a machine that was only silent can change nothing any more, and works on anew", async () => {
  await using s = await startSystem();
  const alder = await s.startWorker({ env: { MACHINE_ID: "alder" } });
  const task_id = await s.chat("[[bash:sleep 3]]");
  const first = await s.until(task_id, (task) => task.last_seq >= 3);
  Deno.kill(alder.pid, "SIGSTOP");
  await s.db.sql`update workers set lease_until = now() where worker_id = ${first.worker_id}`;
  const birch = await s.startWorker({ env: { MACHINE_ID: "birch" } });
  const second = await s.until(task_id, (task) => task.attempt === 2 && task.last_seq > 3);
  assert.equal(second.machine_id, "birch");
  Deno.kill(alder.pid, "SIGCONT");
  const task = await s.ended(task_id);
  assert.deepEqual([task.status, task.machine_id, task.attempt], ["completed", "birch", 2]);
  assert.equal(task.error, null);
  assert.ok(task.cost_usd >= 2 * first.cost_usd, "both attempts are paid for");
  assert.equal(task.num_turns, 1 + 2);
  const logs = (await s.call("GET", `/api/tasks/${task_id}/logs?limit=500`)).json.items;
  assert.deepEqual(
    logs.map((row: { seq: number }) => row.seq),
    logs.map((_: unknown, n: number) => n + 1),
  );
  const tries = logs.map((row: { attempt: number }) => row.attempt);
  assert.deepEqual(tries, tries.toSorted(), "nothing of the first came after the second began");

  await birch.kill("SIGTERM");
  const next = await s.ended(await s.chat("[[hello]]"));
  assert.deepEqual([next.status, next.machine_id], ["completed", "alder"], "it works again");
  assert.deepEqual(processesOf(runIdOf(first)), []);
});

/** The process that ends what a worker runs when the worker cannot. */
import assert from "node:assert/strict";
import { newId } from "@/db/ids.ts";
import { processesOf } from "@/tests/helpers/processes.ts";
import { eventually } from "@/tests/server/start/started.ts";
import { aliveLine, guardRuns, STOP_LINE } from "@/workers/guard/guard_runs.ts";
import { keepGuard, type RunGuard } from "@/workers/guard/keep_guard.ts";
import { isSilent, momentOf } from "@/workers/guard/silence.ts";
import { sweepRuns } from "@/workers/claude/process_tree.ts";

const TIMES = { silence_ms: 300, look_ms: 10 };

/** A run as a worker leaves it: a process with its mark, and a child that has got away. */
async function run(worker_id: string) {
  const run_id = `${worker_id}.${newId()}`;
  const child = new Deno.Command("sh", {
    args: ["-c", "setsid sleep 4711 & echo there; exec sleep 4712"],
    env: { AGENT_RUN_ID: run_id },
    detached: true,
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    isAlive: () => processesOf(run_id).length > 0,
    gone: async () => {
      await eventually("the end of the run", () => processesOf(run_id).length === 0);
      await child.status;
      await reader.cancel();
    },
  };
}

/** Lines that a test says, one after the other. */
function mouth() {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  return { lines: readable, say: (line: string) => writer.write(line), fall: () => writer.close() };
}

Deno.test("silence is told by either clock: one stands still in sleep, the other may be set back", () => {
  const at = { wall_ms: 1_000_000, steady_ms: 5_000 };
  const later = (wall_ms: number, steady_ms: number) => ({
    wall_ms: at.wall_ms + wall_ms,
    steady_ms: at.steady_ms + steady_ms,
  });
  assert.equal(isSilent(at, later(900, 900), 1_000), false);
  assert.equal(isSilent(at, later(1_000, 1_000), 1_000), true);
  assert.equal(isSilent(at, later(40_000, 2), 1_000), true, "the machine slept");
  assert.equal(isSilent(at, later(-3_600_000, 1_000), 1_000), true, "the clock was set back");
  assert.deepEqual(momentOf(at.wall_ms - 400, at), { wall_ms: 999_600, steady_ms: 4_600 });
  assert.deepEqual(momentOf(at.wall_ms + 400, at), at, "nothing was heard in the future");
});

Deno.test("a silent worker's runs end, under each id that it had, and nobody else's", async () => {
  const [before, now, other] = [newId(), newId(), newId()];
  const runs = await Promise.all([before, now, other].map(run));
  const worker = mouth();
  const guarding = guardRuns(worker.lines, TIMES);
  await worker.say(aliveLine(before, Date.now()));
  await worker.say("nonsense");
  await worker.say("alive ");
  await worker.say(aliveLine(now, Date.now()));
  await runs[0].gone();
  await runs[1].gone();
  assert.ok(runs[2].isAlive());
  const late = await run(now);
  await late.gone(); // a worker that goes on after its sleep may still start one
  await worker.say(STOP_LINE);
  await worker.fall();
  await guarding;
  assert.ok(runs[2].isAlive());
  await sweepRuns((run_id) => run_id.startsWith(other));
  await runs[2].gone();
});

Deno.test("what a worker ran ends when it is gone without a word", async () => {
  const worker_id = newId();
  const one = await run(worker_id);
  const worker = mouth();
  const guarding = guardRuns(worker.lines, { ...TIMES, silence_ms: 3_600_000 });
  await worker.say(aliveLine(worker_id, Date.now()));
  assert.ok(one.isAlive());
  await worker.fall();
  await guarding;
  assert.ok(!one.isAlive());
  await one.gone();
});

Deno.test("a sign of life counts from when it was asked for, not from when it arrives", async () => {
  const worker_id = newId();
  const one = await run(worker_id);
  const worker = mouth();
  const guarding = guardRuns(worker.lines, { ...TIMES, silence_ms: 3_600_000 });
  await worker.say(aliveLine(worker_id, Date.now() - 3_600_000));
  await one.gone();
  await worker.say(STOP_LINE);
  await worker.fall();
  await guarding;
});

Deno.test("the real one hears its worker, is started again when it dies, and ends with it", async () => {
  const worker_id = newId();
  const one = await run(worker_id);
  const { AGENT_RUN_ID: _, ...env } = Deno.env.toObject();
  const guard: RunGuard = keepGuard({ silence_ms: 3_000, env, log_json: true, slots: 0 });
  guard.alive(worker_id, Date.now() + 3_600_000); // clocks apart: it is taken for now
  const first = await guardPid();
  Deno.kill(first, "SIGKILL");
  await eventually("another guard", async () => await guardPid() !== first);
  await one.gone(); // what the first was told, the second knows
  const two = await run(worker_id);
  await guard.stop();
  await two.gone();
  await assert.rejects(guardPid(0));
});

/** Of the guard that is our child. */
async function guardPid(patience = 10_000): Promise<number> {
  let found = 0;
  const look = async () => {
    for await (const { name } of Deno.readDir("/proc")) {
      const read = (file: string) => Deno.readTextFile(`/proc/${name}/${file}`).catch(() => "");
      if (!/^\d+$/.test(name) || !(await read("cmdline")).includes("workers/guard.ts")) continue;
      if ((await read("status")).includes(`\nPPid:\t${Deno.pid}\n`)) found = Number(name);
    }
    return found > 0;
  };
  if (patience === 0) assert.ok(await look());
  else await eventually("a guard", look);
  return found;
}

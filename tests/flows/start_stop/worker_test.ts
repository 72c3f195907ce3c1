/** A worker is told to stop at any moment of its start: it ends, and nothing of it is left. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { listMachines } from "@/db/machines.ts";
import { machine } from "@/tests/helpers/machine.ts";
import { workerEnv } from "@/tests/helpers/worker.ts";
import {
  assertNothingLeft,
  assertOrderly,
  every,
  forEachOf,
  type How,
  type Program,
  stepsIn,
  stopAt,
  type When,
} from "@/tests/flows/start_stop/attempt.ts";

const AT_ONCE = 3;
const READY = "worker ready";

Deno.test("a worker that is stopped at any moment of its start leaves nothing", async (t) => {
  await using m = await machine();
  const root = await Deno.makeTempDir({ prefix: "start-stop-" });
  const program = (name: string): Program => ({
    args: ["workers/main.ts", "--supervised"],
    folder: join(root, name),
    env: {
      ...workerEnv({ database_url: m.url, model_url: m.model.url, env: { MACHINE_ID: name } }),
      LOG_LEVEL: "debug",
    },
  });
  const leavesNothing = async (when: When, how: How) => {
    const name = `${when} ${how}`.replaceAll(/\W+/g, "-");
    const what = `stopped at ${when} by ${how}`;
    assertOrderly(await stopAt(program(name), when, how), what);
    await assertNothingLeft(join(root, name), what);
    const left = (await listMachines(m.db)).find(({ machine_id }) => machine_id === name);
    assert.ok(!left?.alive, `${what}: its lease lives on`);
  };

  await t.step("every 100 ms, by signal and by the pipe in turn", async () => {
    await forEachOf(every(100, 3_000), AT_ONCE, async (moment) => {
      await leavesNothing(moment, moment % 200 === 0 ? "SIGTERM" : "closed");
    });
  });

  await t.step("at each step, and when it is ready", async () => {
    const whole = await stopAt(program("whole"), READY, "SIGTERM");
    const steps = stepsIn(whole);
    assert.ok(steps.length > 10, whole.printed);
    await forEachOf([...[...steps, READY].entries()], AT_ONCE, async ([n, when]) => {
      await leavesNothing(when, n % 2 === 0 ? "SIGTERM" : "closed");
    });
  });
  await Deno.remove(root, { recursive: true });
});

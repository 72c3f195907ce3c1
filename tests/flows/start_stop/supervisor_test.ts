/** The whole machine is told to stop at any moment of its start: nothing of it is left. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startEmbedded } from "@/db/embedded.ts";
import { testServer } from "@/tests/helpers/postgres.ts";
import { freePort } from "@/tests/server/start/started.ts";
import {
  assertNothingLeft,
  assertOrderly,
  every,
  forEachOf,
  type Program,
  stepsIn,
  stopAt,
  type When,
} from "@/tests/flows/start_stop/attempt.ts";

const AT_ONCE = 2;
const READY = "Ctrl-C stops everything.";
/** The others are its children's. */
const OWN_STEPS = /DATA_DIR|start\.lock|PORT|secrets"|admin|: Postgres|server and worker|banner/;
const POSTGRES = /\/postgres |^postgres: /;

function program(folder: string, env: Record<string, string> = {}): Program {
  return { args: ["server/start.ts"], folder, env: { PORT: String(freePort()), ...env } };
}

Deno.test("a machine that is stopped or killed at any moment of its start leaves nothing", async (t) => {
  const root = await Deno.makeTempDir({ prefix: "start-stop-" });
  // One machine can be started at a time in each; its Postgres is made by the first attempts.
  const folders = Array.from({ length: AT_ONCE }, (_, lane) => join(root, `lane-${lane}`));
  const leavesNothing = async (when: When, lane: number) => {
    const what = `stopped at ${when}`;
    assertOrderly(await stopAt(program(folders[lane]), when, "SIGTERM"), what);
    await assertNothingLeft(folders[lane], what);
    const pid_file = Deno.stat(join(folders[lane], "data", "pgdata", "postmaster.pid"));
    await assert.rejects(pid_file, Deno.errors.NotFound, `${what}: Postgres had no orderly end`);
  };

  await t.step("stopped every 100 ms", async () => {
    const moments = [...every(100, 1_500), ...every(500, 4_000, 2_000)];
    await forEachOf(moments, AT_ONCE, leavesNothing);
  });

  await t.step("stopped at each step, and when all is ready", async () => {
    // From here on both have a Postgres to kill: one that is just being made goes on by itself.
    const [whole] = await Promise.all(
      folders.map((folder) => stopAt(program(folder), READY, "SIGTERM")),
    );
    const steps = stepsIn(whole).filter((step) => OWN_STEPS.test(step));
    assert.equal(steps.length, 8, whole.printed);
    await forEachOf([...steps, READY], AT_ONCE, leavesNothing);
  });

  await t.step("killed at any moment: its children end by themselves", async () => {
    await forEachOf(every(500, 3_500, 500), AT_ONCE, async (moment, lane) => {
      await stopAt(program(folders[lane]), moment, "SIGKILL");
      await assertNothingLeft(folders[lane], `killed at ${moment}`, POSTGRES);
    });
    for (const folder of folders) {
      await (await startEmbedded(join(folder, "data"))).stop();
      await assertNothingLeft(folder, "with Postgres stopped too");
    }
  });
  await Deno.remove(root, { recursive: true });
});

Deno.test("a machine that is stopped while its processes wait to be started again", async () => {
  const folder = await Deno.makeTempDir({ prefix: "start-stop-" });
  const nowhere = new URL(testServer().url);
  nowhere.pathname = "/no_such_database";
  for (const when of ["server ended", "worker ended"]) {
    const ended = await stopAt(program(folder, { DATABASE_URL: nowhere.href }), when, "SIGTERM");
    assertOrderly(ended, when);
    await assertNothingLeft(folder, when);
  }
  await Deno.remove(folder, { recursive: true });
});

/** A server is told to stop at any moment of its start: it ends, and nothing of it is left. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { cloneTemplate } from "@/tests/helpers/postgres.ts";
import { freePort } from "@/tests/server/start/started.ts";
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
const READY = "listening on";

Deno.test("a server that is stopped at any moment of its start leaves nothing", async (t) => {
  const database = await cloneTemplate();
  const root = await Deno.makeTempDir({ prefix: "start-stop-" });
  const program = (name: string): Program => ({
    args: ["server/main.ts", "--supervised"],
    folder: join(root, name),
    env: {
      DATABASE_URL: database.url,
      SECRET_KEY: "a secret key of a test",
      ADMIN_TOKEN: "the admin token of a test",
      PORT: String(freePort()),
    },
  });
  const leavesNothing = async (when: When, how: How) => {
    const name = `${when} ${how}`.replaceAll(/\W+/g, "-");
    const what = `stopped at ${when} by ${how}`;
    assertOrderly(await stopAt(program(name), when, how), what);
    await assertNothingLeft(join(root, name), what);
  };

  await t.step("every 100 ms, by signal and by the pipe in turn", async () => {
    await forEachOf(every(100, 2_000), AT_ONCE, async (moment) => {
      await leavesNothing(moment, moment % 200 === 0 ? "SIGTERM" : "closed");
    });
  });

  await t.step("at each step, and when it listens", async () => {
    const steps = stepsIn(await stopAt(program("whole"), READY, "SIGTERM"));
    assert.ok(steps.length > 4);
    await forEachOf([...[...steps, READY].entries()], AT_ONCE, async ([n, when]) => {
      await leavesNothing(when, n % 2 === 0 ? "SIGTERM" : "closed");
    });
  });
  await Deno.remove(root, { recursive: true });
  await database.drop();
});

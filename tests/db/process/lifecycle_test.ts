import assert from "node:assert/strict";
import { liveUntilStopped, type Step, StopError } from "@/db/process/lifecycle.ts";

const PATIENCE = { stop_ms: 1_000, step_ms: 50 };
const STEPS = ["lock", "pool", "lease", "port"];

/** A process whose steps and undos are noted; `at` may act during each. */
function story(at: (name: string, stopping: AbortController) => unknown = () => {}) {
  const said: string[] = [];
  const stopping = new AbortController();
  const start = async (step: Step) => {
    for (const name of STEPS) {
      await step(name, async () => {
        said.push(name);
        await at(name, stopping);
        await Promise.resolve();
        return name;
      }, (made) => said.push(`no ${made}`));
    }
    said.push("ready");
    await at("ready", stopping);
  };
  return { said, stopping, ended: liveUntilStopped(stopping.signal, start, PATIENCE) };
}

for (const moment of STEPS) {
  Deno.test(`a stop during "${moment}" undoes what was done until then, in reverse order`, async () => {
    const { said, ended } = story((name, stopping) => name === moment && stopping.abort("SIGTERM"));
    await ended;
    const done = STEPS.slice(0, STEPS.indexOf(moment) + 1);
    assert.deepEqual(said, [...done, ...done.toReversed().map((name) => `no ${name}`)]);
  });

  Deno.test(`a failure of "${moment}" undoes what was done before it, and is thrown`, async () => {
    const { said, ended } = story((name) => {
      if (name === moment) throw new Error("it is broken");
    });
    await assert.rejects(ended, /it is broken/);
    const before = STEPS.slice(0, STEPS.indexOf(moment));
    assert.deepEqual(said, [...before, moment, ...before.toReversed().map((name) => `no ${name}`)]);
  });
}

Deno.test("a stop that came before the start, or just as it was done, is heard", async () => {
  const early = AbortSignal.abort("SIGTERM");
  await liveUntilStopped(early, (step) => step("lock", () => assert.fail()), PATIENCE);
  const { said, ended } = story((name, stopping) => name === "ready" && stopping.abort("SIGTERM"));
  await ended;
  assert.deepEqual(said.slice(-5), ["ready", "no port", "no lease", "no pool", "no lock"]);
});

Deno.test("a step that hangs when a stop comes is given up, and the rest is undone", async () => {
  const { said, ended } = story((name, stopping) => {
    if (name !== "lease") return;
    stopping.abort("SIGTERM");
    return new Promise(() => {});
  });
  await assert.rejects(ended, new StopError(["lease"]));
  assert.deepEqual(said, ["lock", "pool", "lease", "no pool", "no lock"]);
});

Deno.test("an undo that hangs or fails keeps none of the others from being done", async () => {
  const said: string[] = [];
  const stopping = new AbortController();
  const ended = liveUntilStopped(stopping.signal, async (step) => {
    await step("lock", () => {}, () => said.push("no lock"));
    await step("pool", () => {}, () => new Promise(() => {}));
    await step("lease", () => {}, () => {
      throw new Error("Postgres is away");
    });
    stopping.abort("SIGTERM");
    stopping.abort("SIGTERM again");
  }, PATIENCE);
  await assert.rejects(ended, new StopError(["lease", "pool"]));
  assert.deepEqual(said, ["no lock"]);
});

Deno.test("however many undos hang, the end comes in time", async () => {
  const said: number[] = [];
  const ended = liveUntilStopped(AbortSignal.timeout(0), async (step) => {
    for (let n = 0; n < 100; n++) {
      await step(`step ${n}`, () => {}, () => {
        said.push(n);
        return new Promise(() => {});
      });
    }
  }, { stop_ms: 100, step_ms: 60 });
  await assert.rejects(ended, StopError);
  assert.equal(said.length, 100, "each was told, if not waited for");
});

import assert from "node:assert/strict";
import { newId } from "@/db/ids.ts";
import { Runs } from "@/workers/runs.ts";

const settled = Promise.resolve("still waiting");

Deno.test("without a lease nothing begins; with one, what waited does", async () => {
  const runs = new Runs(newId());
  const done: string[] = [];
  runs.close();
  const held = runs.hold(newId(), () => Promise.resolve(void done.push("run")));
  const sent = runs.send(() => Promise.resolve(void done.push("sent")));
  assert.equal(await Promise.race([held, sent, settled]), "still waiting");
  runs.open();
  await Promise.all([held, sent]);
  assert.deepEqual(done.toSorted(), ["run", "sent"]);
});

Deno.test("once a worker is to end nothing begins, not even what waited for a lease", async () => {
  const runs = new Runs(newId());
  const never = () => Promise.reject(new Error("it began"));
  runs.close();
  const waiting = [runs.hold(newId(), never), runs.send(never)];
  runs.stop();
  await Promise.all(waiting);
  runs.close();
  runs.open();
  await runs.hold(newId(), never);
  await runs.send(never);
  assert.equal(runs.idle, true);
});

Deno.test("what is on its way outside is waited for, and is no idleness", async () => {
  const runs = new Runs(newId());
  const [begun, posted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const failing = runs.send(() => {
    begun.resolve();
    return posted.promise;
  });
  await begun.promise;
  const sent = runs.sent();
  assert.equal(runs.idle, false);
  assert.equal(await Promise.race([sent, settled]), "still waiting");
  posted.reject(new Error("no answer"));
  await sent;
  await assert.rejects(failing, /no answer/);
  assert.equal(runs.idle, true);
});

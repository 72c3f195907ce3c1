import assert from "node:assert/strict";
import { join } from "node:path";
import { newId } from "@/db/ids.ts";
import { lockMachine } from "@/workers/run/lock.ts";

async function folder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("who comes next knows of all that have not given everything back", async () => {
  await using dir = await folder();
  const [first, second, third] = [newId(), newId(), newId()];
  const one = await lockMachine(dir.path, first);
  assert.deepEqual(one.left, []);
  await assert.rejects(lockMachine(dir.path, second), /Another worker uses/);
  one.release(); // it ended before it could give anything back
  const two = await lockMachine(dir.path, second);
  assert.deepEqual(two.left, [first]);
  two.release();
  const three = await lockMachine(dir.path, third);
  assert.deepEqual(three.left, [first, second]);
  await three.remember([third]);
  await three.remember([]);
  three.release();
  const four = await lockMachine(dir.path, newId());
  assert.deepEqual(four.left, []);
  four.release();
});

Deno.test("the lock of the version before names its worker, once", async () => {
  await using dir = await folder();
  const before = newId();
  const path = join(dir.path, "worker.lock");
  await Deno.writeTextFile(path, JSON.stringify({ pid: 1, worker_id: before }));
  const lock = await lockMachine(dir.path, newId());
  assert.deepEqual(lock.left, [before]);
  await lock.remember([]);
  lock.release();
  const next = await lockMachine(dir.path, newId());
  assert.deepEqual(next.left, []);
  next.release();
});

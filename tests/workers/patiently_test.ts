import assert from "node:assert/strict";
import { patiently } from "@/workers/run/patiently.ts";
import { RepositoryError } from "@/workers/workspace.ts";

const passing = () => new RepositoryError("Committing took too long", "commit", false);
const going = new AbortController().signal;

/** Fails so often, and counts how often it was asked. */
function failing(times: number, error: () => Error) {
  let tries = 0;
  const work = () => ++tries > times ? Promise.resolve("done") : Promise.reject(error());
  return { work, tries: () => tries };
}

Deno.test("what may pass is tried again, and given up with its last words", async () => {
  const twice = failing(2, passing);
  assert.equal(await patiently(twice.work, going, [0, 0]), "done");
  assert.equal(twice.tries(), 3);
  const always = failing(9, passing);
  await assert.rejects(patiently(always.work, going, [0, 0]), /took too long/);
  assert.equal(always.tries(), 3);
});

Deno.test("a refusal, a fault and a run that ends are not", async () => {
  for (const error of [() => new RepositoryError("refused", "check"), () => new Error("fault")]) {
    const once = failing(1, error);
    await assert.rejects(patiently(once.work, going, [0, 0]), /refused|fault/);
    assert.equal(once.tries(), 1);
  }
  const stopped = failing(1, passing);
  await assert.rejects(patiently(stopped.work, AbortSignal.abort(), [0, 0]), /took too long/);
  assert.equal(stopped.tries(), 1);
});

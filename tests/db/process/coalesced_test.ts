import assert from "node:assert/strict";
import { coalesced } from "@/db/process/coalesced.ts";

/** Runs that end when they are told to. */
function runs() {
  const ends: PromiseWithResolvers<void>[] = [];
  const run = coalesced(() => {
    const end = Promise.withResolvers<void>();
    ends.push(end);
    return end.promise;
  });
  return { run, ends };
}

Deno.test("however many ask while one runs, one more runs behind it", async () => {
  const { run, ends } = runs();
  const first = run();
  const others = Array.from({ length: 100 }, run);
  assert.equal(ends.length, 1);
  ends[0].resolve();
  await first;
  await Promise.resolve();
  assert.equal(ends.length, 2, "and it began after they had asked");
  const late = run();
  ends[1].resolve();
  await Promise.all(others);
  await Promise.resolve();
  ends[2].resolve();
  await late;
  assert.equal(ends.length, 3);
});

Deno.test("whoever asks between two runs starts none beside the one that waits", async () => {
  const { run, ends } = runs();
  const asked = [run().then(run)];
  asked.push(run());
  ends[0].resolve();
  await Promise.resolve();
  asked.push(run());
  while (ends.length < 2) await Promise.resolve();
  ends[1].resolve();
  await asked[1];
  for (const end of ends.slice(2)) end.resolve();
  await asked[2];
  assert.equal(ends.length, 2);
});

Deno.test("a run that fails fails for those who shared it, and the next one runs", async () => {
  const { run, ends } = runs();
  const first = run();
  const second = run();
  ends[0].reject(new Error("no"));
  await assert.rejects(first, /no/);
  await Promise.resolve();
  ends[1].resolve();
  await second;
});

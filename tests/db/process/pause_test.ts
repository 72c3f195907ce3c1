import assert from "node:assert/strict";
import { pauseFor, within } from "@/db/process/pause.ts";

const LONG_MS = 3600_000;

Deno.test("work that ends in time gives what it gives, and the otherwise is not asked for", async () => {
  let asked = false;
  const given = await within(Promise.resolve("work"), LONG_MS, () => {
    asked = true;
    return "late";
  });
  assert.deepEqual([given, asked], ["work", false]);
});

Deno.test("work that does not end gives the otherwise: after the time, or when its end is near", async () => {
  const never = new Promise<string>(() => {});
  assert.equal(await within(never, 1, () => "late"), "late");
  const ending = new AbortController();
  const waited = within(never, LONG_MS, () => "late", ending.signal);
  ending.abort();
  assert.equal(await waited, "late");
  assert.equal(await within(never, LONG_MS, () => "late", ending.signal), "late");
});

Deno.test("an otherwise that throws, and work that fails, are thrown", async () => {
  const refuse = () => {
    throw new Error("late");
  };
  await assert.rejects(within(new Promise(() => {}), 1, refuse), /late/);
  await assert.rejects(within(Promise.reject(new Error("failed")), LONG_MS, refuse), /failed/);
});

Deno.test("a pause ends with what it waits beside, which may have ended before", async () => {
  const ending = new AbortController();
  const paused = pauseFor(LONG_MS, ending.signal);
  ending.abort();
  await paused;
  await pauseFor(LONG_MS, ending.signal);
});

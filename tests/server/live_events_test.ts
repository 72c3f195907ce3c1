import assert from "node:assert/strict";
import { addEvent, newestEventCursor } from "@/db/events.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import { ADMIN_TOKEN, ANYBODY, type TestServer, testServer } from "@/tests/helpers/server.ts";
import { named, readSse, type SseEvent, type SseReader } from "@/tests/helpers/sse.ts";
import { testRun } from "@/tests/helpers/writer.ts";

const watch = (s: TestServer, last_event_id?: string): Promise<SseReader> =>
  readSse(`${s.url}/api/events`, { token: ADMIN_TOKEN, last_event_id });

const story = (events: SseEvent[], task_id: string): string[] =>
  events.filter((event) => event.data.task_id === task_id).map((event) => event.event);

Deno.test("everything that happens is told to all who watch, with the output of all tasks", async () => {
  await using s = await testServer();
  const early = await testRun(s.db);
  await early.say("said before");
  await using one = await watch(s);
  await using two = await watch(s);
  const run = await testRun(s.db);
  const { task_id } = run.task;
  for (const reader of [one, two]) {
    await reader.until((events) => story(events, task_id).includes("task.started"));
  }
  await run.say("hello");
  await early.say("said after");
  for (const reader of [one, two]) {
    await reader.until((events) => named(events, "task.output").length === 2);
  }
  await run.end();
  for (const reader of [one, two]) {
    const events = await reader.until((events) => story(events, task_id).length === 4);
    assert.deepEqual(story(events, task_id), [
      "task.created",
      "task.started",
      "task.output",
      "task.completed",
    ]);
    for (const event of events) assert.equal(event.id === null, event.event === "task.output");
    const output = named(events, "task.output").map((event) => event.data.text);
    assert.deepEqual(output.sort(), ["hello", "said after"]);
  }
});

Deno.test("who comes back with the last id gets what was missed, once", async () => {
  await using s = await testServer();
  await using first = await watch(s);
  const a = await chatTask(s.db);
  const seen = await first.until((events) => story(events, a.task_id).length === 1);
  const last_event_id = seen.at(-1)!.id!;
  const b = await chatTask(s.db);
  await using again = await watch(s, last_event_id);
  await using from_now = await watch(s, "nonsense");
  const c = await chatTask(s.db);
  const ids = async (reader: SseReader) => {
    const events = await reader.until((events) => story(events, c.task_id).length === 1);
    return events.map((event) => event.data.task_id);
  };
  assert.deepEqual(await ids(again), [b.task_id, c.task_id]);
  // "Now" may lie a little early, while any transaction of this Postgres is open; never late.
  assert.equal((await ids(from_now)).filter((id) => id === c.task_id).length, 1);
});

Deno.test("concurrent writers with late commits: no reader misses or doubles an event", async () => {
  await using s = await testServer();
  await using before = await watch(s);
  const start = await newestEventCursor(s.db);
  const joined: Promise<SseReader>[] = [];
  await Promise.all(Array.from({ length: 5 }, async (_, writer) => {
    for (let i = 0; i < 40; i++) {
      await s.db.sql.begin(async (tx) => {
        await addEvent(tx, "task.metrics", null, { n: writer * 100 + i });
        if (i % 5 === 0) await tx`select pg_sleep(0.003)`; // a late commit is what readers miss
      });
      if (writer === 0 && i % 8 === 0) joined.push(watch(s, start));
    }
  }));
  for (const reader of [before, ...await Promise.all(joined)]) {
    const events = await reader.until((events) => named(events, "task.metrics").length >= 200);
    const numbers = named(events, "task.metrics").map((event) => event.data.n);
    assert.equal(numbers.length, 200);
    assert.equal(new Set(numbers).size, 200);
    await reader[Symbol.asyncDispose]();
  }
});

Deno.test("an event that an older transaction hides comes when that one ends, unannounced", async () => {
  await using s = await testServer();
  await using reader = await watch(s);
  const held = await s.db.sql.reserve();
  await held`begin`;
  await held`select pg_current_xact_id()`;
  const task = await chatTask(s.db);
  await held`rollback`;
  held.release();
  await reader.until((events) => story(events, task.task_id).length === 1);
});

Deno.test("a reader of everything that reads nothing holds up nobody and little memory", async () => {
  await using s = await testServer();
  const slow = (await s.live.events(null, ANYBODY)).getReader();
  await slow.read(); // the opening
  await using fast = await watch(s);
  const text = "x".repeat(50_000);
  for (let n = 1; n <= 60; n++) {
    await addEvent(s.db.sql, "task.metrics", null, { n, text });
    await fast.until((events) => named(events, "task.metrics").length === n);
    assert.ok(s.live.stats().queued_bytes < 12_000_000);
  }
  const got: number[] = [];
  while (got.length < 60) {
    const chunk = new TextDecoder().decode((await slow.read()).value);
    for (const [, n] of chunk.matchAll(/"n": ?(\d+)/g)) got.push(Number(n));
  }
  assert.deepEqual(got, Array.from({ length: 60 }, (_, i) => i + 1));
  await slow.cancel();
});

Deno.test("a broken LISTEN connection loses no event", async () => {
  await using s = await testServer({ live: { poll_ms: 60_000 } });
  await using reader = await watch(s);
  await s.db.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query ilike 'listen%'`;
  const task = await chatTask(s.db);
  await reader.until((events) => story(events, task.task_id).length === 1);
});

Deno.test("stopping ends every stream", async () => {
  await using s = await testServer();
  await using reader = await watch(s);
  await s.live.stop();
  await reader.ended;
  const after = (await s.live.events(null, ANYBODY)).getReader();
  assert.equal((await after.read()).done, true);
});

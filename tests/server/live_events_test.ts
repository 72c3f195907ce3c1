import assert from "node:assert/strict";
import { addEvent, newestEventCursor } from "@/db/events.ts";
import { startLive } from "@/server/live.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import { ADMIN_TOKEN, ANYBODY, type TestServer, testServer } from "@/tests/helpers/server.ts";
import { named, readSse, type SseEvent, type SseReader } from "@/tests/helpers/sse.ts";
import { inTime, untilTrue } from "@/tests/helpers/until.ts";
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

Deno.test("an event that is hidden while it is asked whether one was comes all the same", async () => {
  await using t = await testDatabase();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  let reads = 0;
  const sql = new Proxy(t.db.sql, {
    apply(target, self, args) {
      const words = Array.isArray(args[0]?.raw) ? args[0].join("") : "";
      const found = Reflect.apply(target, self, args);
      if (words.includes("from events\n    where (xid")) reads++;
      if (!words.includes("as hidden")) return found;
      return found.then(async (rows: unknown) => {
        asked.resolve();
        await answer.promise;
        return rows;
      });
    },
  });
  const live = await startLive({ ...t.db, sql }, { poll_ms: 3_600_000 });
  const stream = (await live.events(null, ANYBODY)).getReader();
  await chatTask(t.db);
  await asked.promise;
  const held = await t.db.sql.reserve();
  await held`begin`;
  await held`select pg_current_xact_id()`;
  const before = reads;
  await addEvent(t.db.sql, "task.metrics", null, { n: "hidden" });
  await untilTrue(() => reads > before);
  answer.resolve();
  await untilTrue(() => reads > before + 1);
  await held`rollback`;
  held.release();
  let said = "";
  while (!said.includes("hidden")) {
    const { value } = await inTime("the event", stream.read());
    said += new TextDecoder().decode(value);
  }
  await live.stop();
});

Deno.test("of much output at once, little waits for a reader of everything that reads nothing", async () => {
  await using t = await testDatabase();
  const live = await startLive(t.db);
  await live.events(null, ANYBODY);
  const run = await testRun(t.db);
  await run.say(...Array(100).fill("x".repeat(30_000)));
  const queued_bytes = () => live.stats().queued_bytes;
  await untilTrue(() => queued_bytes() >= 64 * 1024);
  assert.ok(queued_bytes() < 200_000, `${queued_bytes()} bytes wait`);
  await live.stop();
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

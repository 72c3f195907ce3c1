import assert from "node:assert/strict";
import { stopTask } from "@/db/tasks/stop.ts";
import { taskJson } from "@/server/api/task_schema.ts";
import { jsonFormat } from "@/server/live/formats/json.ts";
import { startLive } from "@/server/live.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import { ADMIN_TOKEN, ANYBODY, type TestServer, testServer } from "@/tests/helpers/server.ts";
import { named, readSse, seqs, upTo } from "@/tests/helpers/sse.ts";
import { testRun } from "@/tests/helpers/writer.ts";
import { insist } from "@/tests/server/insist.ts";

const FORMAT = jsonFormat(taskJson);

const watch = (s: TestServer, task_id: string, last_event_id?: string) =>
  readSse(`${s.url}/api/tasks/${task_id}/stream`, { token: ADMIN_TOKEN, last_event_id });

Deno.test("a task is told from its start to its end, and then the stream closes", async () => {
  await using s = await testServer();
  const run = await testRun(s.db);
  await run.say("before anybody came");
  await using reader = await watch(s, run.task.task_id);
  assert.equal(reader.headers.get("content-type"), "text/event-stream; charset=utf-8");
  await reader.until((events) => seqs(events).length === 1);
  await run.say("one", "two\nlines");
  await reader.until((events) => seqs(events).length === 3);
  await run.end({ output: "All good." });
  await reader.ended;
  assert.deepEqual(
    reader.events.map((e) => `${e.event} ${e.id}`).filter((e) => !e.startsWith("task.metrics")),
    ["task.started null", "task.output 1", "task.output 2", "task.output 3", "task.completed null"],
  );
  const output = named(reader.events, "task.output").at(-1)!.data;
  assert.deepEqual(
    [output.task_id, output.seq, output.kind, output.text],
    [run.task.task_id, 3, "text", "two\nlines"],
  );
  const end = reader.events.at(-1)!.data;
  assert.deepEqual([end.task_id, end.status, end.output], [
    run.task.task_id,
    "completed",
    "All good.",
  ]);
});

Deno.test("readers who come at any moment of a busy run get every row once, in order", async () => {
  await using s = await testServer({ live: { poll_ms: 60_000 } });
  const run = await testRun(s.db);
  const other = await testRun(s.db);
  const { task_id } = run.task;
  const readers: Promise<number[]>[] = [];
  const join = (last_event_id?: string) => {
    readers.push((async () => {
      await using reader = await watch(s, task_id, last_event_id);
      await reader.ended;
      assert.equal(reader.events.at(-1)?.event, "task.completed");
      return [...upTo(Number(last_event_id ?? 0)), ...seqs(reader.events)];
    })());
  };
  for (let i = 0; i < 120; i++) {
    await Promise.all([
      run.say(...Array.from({ length: i % 7 }, (_, n) => `${i}.${n}`)),
      other.say("x"),
    ]);
    if (i % 10 === 0) join();
    if (i % 30 === 20) join("5");
  }
  const { last_seq } = (await s.db.sql`select last_seq from tasks where task_id = ${task_id}`)[0];
  await run.end();
  for (const got of await Promise.all(readers)) assert.deepEqual(got, upTo(last_seq));
  await other.end();
});

Deno.test("a broken LISTEN connection loses nothing", async () => {
  await using s = await testServer({ live: { poll_ms: 60_000 } }); // the poll must not help here
  const run = await testRun(s.db);
  await using reader = await watch(s, run.task.task_id);
  await run.say("first");
  await reader.until((events) => seqs(events).length === 1);
  const killed = await s.db.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query ilike 'listen%'`;
  assert.equal(killed.length, 1);
  await run.say("said while nobody listened");
  await reader.until((events) => seqs(events).length === 2);
  await run.say("after");
  await run.end();
  await reader.ended;
  assert.deepEqual(seqs(reader.events), [1, 2, 3]);
});

Deno.test("what was announced by nobody is found by looking", async () => {
  await using s = await testServer({ live: { poll_ms: 20 } });
  const run = await testRun(s.db);
  await using reader = await watch(s, run.task.task_id);
  await run.say("announced");
  await reader.until((events) => seqs(events).length === 1);
  await s.db.sql.begin(async (tx) => {
    await tx`insert into task_output (task_id, seq, attempt, kind, text)
      values (${run.task.task_id}, 2, 1, 'text', 'not announced')`;
    await tx`update tasks set last_seq = 2 where task_id = ${run.task.task_id}`;
  });
  await reader.until((events) => seqs(events).length === 2);
});

Deno.test("a reader that reads nothing holds up nobody and little memory, and misses nothing", async () => {
  await using s = await testServer();
  const run = await testRun(s.db);
  const { task_id } = run.task;
  const slow = s.live.task(task_id, 0, FORMAT, ANYBODY).getReader();
  await using fast = await watch(s, task_id);
  const big = "x".repeat(100_000);
  for (let i = 1; i <= 100; i++) {
    await run.say(big, "small");
    await fast.until((events) => seqs(events).length === 2 * i); // the slow one does not slow it
    const { queued_bytes } = s.live.stats();
    assert.ok(queued_bytes < 1_000_000, `${queued_bytes} bytes wait`);
  }
  await run.end();
  await fast.ended;
  let text = "";
  for (let part = await slow.read(); !part.done; part = await slow.read()) {
    text += new TextDecoder().decode(part.value);
    assert.ok(s.live.stats().queued_bytes < 1_000_000);
  }
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
  assert.deepEqual(ids, upTo(200));
  assert.match(text, /event: task.completed\n.*\n\n$/);
  assert.equal(s.live.stats().watchers, 0);
});

Deno.test("a reader comes back with its last id, also to a server that was started anew", async () => {
  await using s = await testServer();
  const run = await testRun(s.db);
  const { task_id } = run.task;
  await run.say("1", "2", "3", "4");
  const all = async (last_event_id: string, query = "") => {
    const url = `${s.url}/api/tasks/${task_id}/stream${query}`;
    await using reader = await readSse(url, { token: ADMIN_TOKEN, last_event_id });
    await reader.until((events) => seqs(events).at(-1) === 4);
    return seqs(reader.events);
  };
  assert.deepEqual(await all("2"), [3, 4]);
  assert.deepEqual(await all("0"), [1, 2, 3, 4]);
  assert.deepEqual(await all("no number"), [1, 2, 3, 4]);
  const url = `${s.url}/api/tasks/${task_id}/stream?last_event_id=3`;
  await using by_query = await readSse(url, { token: ADMIN_TOKEN });
  assert.deepEqual(seqs(await by_query.until((events) => seqs(events).length > 0)), [4]);
  const anew = await startLive(s.db);
  const stream = anew.task(task_id, 3, FORMAT, ANYBODY).getReader();
  let text = "";
  while (!text.includes("task.output")) {
    text += new TextDecoder().decode((await stream.read()).value);
  }
  assert.match(text, /id: 4\n/);
  await anew.stop();
  assert.equal((await stream.read()).done, true);
  await using beyond = await watch(s, task_id, "999");
  await run.say("5");
  assert.deepEqual(seqs(await beyond.until((events) => seqs(events).length > 0)), [5]);
});

Deno.test("who has everything of an ended task gets 204; who has not gets the rest and the end", async () => {
  await using s = await testServer();
  const run = await testRun(s.db);
  await run.say("1", "2");
  await run.end({ status: "failed", error: "It broke." });
  await using done = await watch(s, run.task.task_id, "2");
  assert.equal(done.status, 204);
  await using rest = await watch(s, run.task.task_id, "1");
  await rest.ended;
  assert.deepEqual(seqs(rest.events), [2]);
  assert.deepEqual([rest.events.at(-1)!.event, rest.events.at(-1)!.data.error], [
    "task.failed",
    "It broke.",
  ]);
  await using all = await watch(s, run.task.task_id);
  await all.ended;
  assert.deepEqual(seqs(all.events), [1, 2]);
});

Deno.test("a task that never ran ends its stream too", async () => {
  await using s = await testServer();
  const task = await chatTask(s.db);
  await using reader = await watch(s, task.task_id);
  await stopTask(s.db, task.task_id, "tester");
  await reader.ended;
  assert.deepEqual(reader.events.map((event) => event.event), ["task.cancelled"]);
});

Deno.test("cost is told without an id, and at most about once a second", async () => {
  await using s = await testServer({ live: { poll_ms: 20 } });
  const run = await testRun(s.db);
  await using reader = await watch(s, run.task.task_id);
  await reader.until((events) => named(events, "task.metrics").length === 1);
  const started = performance.now();
  for (let i = 1; i <= 20; i++) await run.spend(i / 100);
  const events = await reader.until((events) => events.at(-1)?.data.cost_usd === 0.2);
  const told = named(events, "task.metrics");
  assert.ok(told.length <= 2 + (performance.now() - started) / 1000, `${told.length} times`);
  assert.ok(told.every((event) => event.id === null && event.data.task_id === run.task.task_id));
});

Deno.test("a silent stream shows that it lives", async () => {
  await using s = await testServer({ live: { heartbeat_ms: 10 } });
  const run = await testRun(s.db);
  const stream = s.live.task(run.task.task_id, 0, FORMAT, ANYBODY).getReader();
  for (let beats = 0; beats < 3;) {
    const { value } = await stream.read();
    if (new TextDecoder().decode(value) === ":\n\n") beats++;
  }
  await stream.cancel();
  assert.equal(s.live.stats().watchers, 0);
});

Deno.test("waiting for an end: at once, when it comes, or in vain", async () => {
  await using s = await testServer();
  const run = await testRun(s.db);
  assert.equal(await s.live.whenEnded(run.task.task_id, 5), null);
  const waiting = s.live.whenEnded(run.task.task_id, 60_000);
  await run.end();
  assert.equal((await waiting)?.status, "completed");
  assert.equal((await s.live.whenEnded(run.task.task_id, 60_000))?.status, "completed");
});

Deno.test("readers go on when Postgres has cut every connection", async () => {
  await using s = await testServer({ live: { poll_ms: 50 } });
  const run = await testRun(s.db);
  await using reader = await watch(s, run.task.task_id);
  await run.say("before");
  await reader.until((events) => seqs(events).length === 1);
  await s.db.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await insist(() => run.say("after"));
  await using late = await insist(() => watch(s, run.task.task_id));
  await reader.until((events) => seqs(events).length === 2);
  await late.until((events) => seqs(events).length === 2);
});

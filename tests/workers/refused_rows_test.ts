import assert from "node:assert/strict";
import { type OutputRow, readOutput } from "@/db/task_output.ts";
import { getTask } from "@/db/tasks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { NOTHING_USED, runningTask } from "@/tests/helpers/records.ts";
import { storeRows } from "@/workers/output/store.ts";
import { finishOrFail } from "@/workers/run/finish.ts";

const row = (text: string, change: Partial<OutputRow> = {}) => ({
  kind: "text" as const,
  text,
  data: null,
  message_id: "msg_1",
  parent_tool_use_id: null,
  at: new Date().toISOString(),
  ...change,
});
const never = new AbortController().signal;

/** Longer than an index takes, and not to be compressed. */
const LONG_ID = Array.from({ length: 200 }, () => crypto.randomUUID()).join("");

Deno.test("one row that Postgres refuses becomes a row that says so, and the others are kept", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  const rows = [row("before"), row("poison", { message_id: LONG_ID }), row("after")];
  const usage = { ...NOTHING_USED, cost_usd: 1 };
  assert.equal(await storeRows(t.db, claim, 0, rows, usage, never), true);
  const stored = await readOutput(t.db, task.task_id, 0, 10);
  assert.deepEqual(stored.map((one) => [one.seq, one.kind]), [
    [1, "text"],
    [2, "system"],
    [3, "text"],
  ]);
  assert.match(stored[1].text!, /kind text was printed here that could not be stored: index row/);
  assert.equal((await getTask(t.db, task.task_id))?.cost_usd, 1);
});

Deno.test("keys and values with NUL and lone surrogates are stored, as the escapes they came as", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  const data = { "a\0b": { "\ud800": ["\udc00", "x\0"] }, whole: "🍵" };
  assert.equal(await storeRows(t.db, claim, 0, [row("x\0y", { data })], null, never), true);
  const [stored] = await readOutput(t.db, task.task_id, 0, 10);
  assert.equal(stored.text, "x\\u0000y");
  assert.deepEqual(stored.data, {
    "a\\u0000b": { "\\ud800": ["\\udc00", "x\\u0000"] },
    whole: "🍵",
  });
});

Deno.test("an end that Postgres refuses is a failure that says so", async () => {
  await using t = await testDatabase();
  const { claim } = await runningTask(t.db);
  const refused = { sql: t.db.sql, url: t.url, close: t.db.close };
  await t.db.sql`alter table tasks add constraint picky check (output is distinct from 'poison')`;
  const ending = {
    status: "completed",
    output: "poison",
    error: null,
    usage: NOTHING_USED,
  } as const;
  const task = await finishOrFail(refused, claim, ending, never);
  assert.equal(task?.status, "failed");
  assert.match(task!.error!, /what it said could not be stored: .*picky/);
});

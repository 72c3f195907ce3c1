import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { taskJson } from "@/server/api/task_schema.ts";
import { startLive } from "@/server/live.ts";
import { jsonFormat } from "@/server/live/formats/json.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { ANYBODY } from "@/tests/helpers/server.ts";
import { testRun } from "@/tests/helpers/writer.ts";

const READERS = 100;
const FORMAT = jsonFormat(taskJson);

/** A connection that counts the statements with these words in them. */
function counting({ sql, url, close }: Database, words: string) {
  const seen = { statements: 0 };
  const counted = new Proxy(sql, {
    apply(target, self, args) {
      if (Array.isArray(args[0]?.raw) && args[0].join("").includes(words)) seen.statements++;
      return Reflect.apply(target, self, args);
    },
  });
  return { db: { sql: counted, url, close }, seen };
}

async function untilSaid(stream: ReadableStream<Uint8Array>, text: string): Promise<void> {
  const reader = stream.pipeThrough(new TextDecoderStream() as never).getReader();
  let said = "";
  while (!said.includes(text)) {
    const { done, value } = await reader.read();
    assert.ok(!done, `ended before "${text}"`);
    said += value;
  }
  await reader.cancel();
}

Deno.test("many readers of one task who stand at one row share each read of it", async () => {
  await using t = await testDatabase();
  const { db, seen } = counting(t.db, "from task_output");
  const live = await startLive(db, { poll_ms: 60_000 });
  const run = await testRun(t.db);
  await run.say("1", "2", "3");
  const streams = Array.from(
    { length: READERS },
    () => live.task(run.task.task_id, 1, FORMAT, ANYBODY),
  );
  const all = Promise.all(streams.map((stream) => untilSaid(stream, `"text":"live"`)));
  await run.say("live");
  await all;
  assert.ok(seen.statements >= 1 && seen.statements <= 4, `${seen.statements} reads`);
  await live.stop();
});

Deno.test("readers of everything who came at different moments share each read of what comes", async () => {
  await using t = await testDatabase();
  const { db, seen } = counting(t.db, "from events\n    where (xid");
  const live = await startLive(db, { poll_ms: 60_000 });
  const streams: ReadableStream<Uint8Array>[] = [];
  for (let i = 0; i < READERS; i++) {
    await t.db.sql`select pg_current_xact_id()`; // the newest cursor is another each time
    streams.push(await live.events(null, ANYBODY));
  }
  const before = seen.statements;
  const all = Promise.all(streams.map((stream) => untilSaid(stream, "the-last")));
  await addEvent(t.db.sql, "agent.status", null, { machine_id: "the-last" });
  await all;
  const reads = seen.statements - before;
  assert.ok(reads >= 1 && reads <= 10, `${reads} reads for ${READERS} readers`);
  await live.stop();
});

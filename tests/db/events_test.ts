import assert from "node:assert/strict";
import { addEvent, anyEventHidden, eventsAfter, newestEventCursor } from "@/db/events.ts";
import { testDatabase } from "@/tests/helpers/database.ts";

Deno.test("a reader that follows the cursor sees every event of concurrent writers once", async () => {
  await using t = await testDatabase();
  let cursor = await newestEventCursor(t.db);
  const seen: number[] = [];
  const read = async () => {
    const events = await eventsAfter(t.db, cursor, 50);
    for (const event of events!) seen.push(event.data.n as number);
    cursor = events!.at(-1)?.cursor ?? cursor;
  };
  let writing = true;
  const reader = (async () => {
    while (writing) await read();
  })();
  await Promise.all(Array.from({ length: 6 }, async (_, writer) => {
    for (let i = 0; i < 60; i++) {
      await t.db.sql.begin(async (tx) => {
        await addEvent(tx, "task.metrics", null, { n: writer * 100 + i });
        if (i % 5 === 0) await tx`select pg_sleep(0.002)`; // a late commit is what readers miss
      });
    }
  }));
  writing = false;
  await reader;
  // a transaction in another database of the cluster holds events back as well
  let hidden = true;
  for (let before = -1; hidden || before !== seen.length;) {
    hidden = await anyEventHidden(t.db);
    before = seen.length;
    await read();
  }
  assert.equal(seen.length, 360);
  assert.equal(new Set(seen).size, 360);
});

Deno.test("a cursor that is not ours is told apart from one with nothing after it", async () => {
  await using t = await testDatabase();
  assert.equal(await eventsAfter(t.db, "nonsense", 1), null);
  assert.equal((await eventsAfter(t.db, await newestEventCursor(t.db), 1))?.length, 0);
});

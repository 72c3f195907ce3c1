import assert from "node:assert/strict";
import { listen, notify } from "@/db/channels.ts";
import { warmUp } from "@/server/webhooks/warm_up.ts";
import { logLines } from "@/tests/helpers/log_lines.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { comment, knock } from "@/tests/server/webhooks_api/scene.ts";

/** How many rows each table has, but for what was there from the beginning. */
async function rows({ db: { sql } }: Pick<TestServer, "db">) {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'pgboss') order by 1`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [{ n }] = await sql.unsafe(`select count(*)::int as n from ${name}`);
    counts[name] = n;
  }
  return counts;
}

Deno.test("a warm start leaves nothing behind, and what comes after it is what it would have been", async () => {
  await using s = await testServer();
  await using log = await logLines();
  const heard: string[] = [];
  const marker = Promise.withResolvers<void>();
  const stops = [
    await listen(s.db, "events", () => heard.push("an event")),
    await listen(s.db, "task", (id) => id === "marker" ? marker.resolve() : heard.push(id)),
  ];
  const before = await rows(s);
  const [{ earlier }] = await s.db.sql`select pg_current_xact_id()::text::int as earlier`;
  await warmUp(s.db, s.webhooks, s.config.public_url);
  const [{ later }] = await s.db.sql`select pg_current_xact_id()::text::int as later`;
  assert.ok(later - earlier > 20, "it did write, in transactions of its own");
  assert.deepEqual(await rows(s), before);
  await notify(s.db.sql, "task", "marker"); // behind all that was sent before
  await marker.promise;
  assert.deepEqual(heard, []);
  assert.deepEqual(log.matching(/will be slower/), []);

  const { outcome, task_ids } = await knock(s, comment("@agent analyze"));
  assert.deepEqual([outcome, task_ids.length], ["accepted", 1]);
  for (const stop of stops) await stop();
});

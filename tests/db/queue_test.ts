import assert from "node:assert/strict";
import { nudge } from "@/db/queue.ts";
import { senderOf } from "@/db/queue/sender.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

Deno.test("one call sends jobs to several queues, each waiting one once, and wakes each once", async () => {
  await using t = await testDatabase();
  const { sql } = t.db;
  const heard: string[] = [];
  const [{ channel }] = await sql<{ channel: string }[]>`
    select 'pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24) as channel`;
  const listening = await sql.listen(channel, (queue) => void heard.push(queue));
  const job = (queue: string, id: string) => ({ queue, data: { id }, singletonKey: id });
  const jobs = [job("run_task", "a"), job("run_task", "b"), job("send_reply", "a")];
  const send = async (jobs: unknown[]) => {
    const [{ sent }] = await sql`select send_jobs(${JSON.stringify(jobs)}) as sent`;
    return sent;
  };
  assert.equal(await send(jobs), 3);
  assert.equal(await send([...jobs, job("send_reply", "b")]), 1, "what waits already is left");
  const rows = await sql`select name, data ->> 'id' as id, state from pgboss.job order by 1, 2`;
  assert.deepEqual([...rows].map((row) => Object.values(row)), [
    ["run_task", "a", "created"],
    ["run_task", "b", "created"],
    ["send_reply", "a", "created"],
    ["send_reply", "b", "created"],
  ]);
  await sql`select pg_notify(${channel}, 'last')`;
  await untilTrue(() => heard.at(-1) === "last");
  assert.deepEqual(heard.slice(0, -1).sort(), ["run_task", "send_reply", "send_reply"]);
  await listening.unlisten();
});

Deno.test("a nudge may come later, and with a priority", async () => {
  await using t = await testDatabase();
  await nudge(t.db.sql, "run_task", ["a"], { after_seconds: 60, priority: 7 });
  const [job] = await t.db.sql`
    select name, priority, start_after > now() + interval '50 s' as later from pgboss.job`;
  assert.deepEqual({ ...job }, { name: "run_task", priority: 7, later: true });
});

Deno.test("another statement of pg-boss is refused, not changed by half", () => {
  const two = new Map([["a", "insert 'a'"], ["b", "insert into elsewhere 'b'"]]);
  assert.throws(() => senderOf(two), /not inserted alike/);
  assert.throws(() => senderOf(new Map([["a", "insert 'a' as name"]])), /pg-boss has changed/);
});

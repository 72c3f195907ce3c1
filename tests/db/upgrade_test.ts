import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { endLease } from "@/db/machines.ts";
import { migrate } from "@/db/migrate.ts";
import { reclaimReplies, takeReply } from "@/db/replies/sending.ts";
import { getTask } from "@/db/tasks.ts";
import { reclaimTasks } from "@/db/tasks/reclaim.ts";
import { claimOf, claimTask, markCliStarted } from "@/db/tasks/run.ts";
import { withOldDatabase } from "@/tests/helpers/old_database.ts";
import { liveWorker } from "@/tests/helpers/records.ts";

const id = (n: number) => `01a22000-0000-7000-8000-00000000000${n}`;

async function rowsOfBefore({ sql }: Database): Promise<void> {
  await sql`insert into machines (machine_id) values ('old')`;
  await sql`insert into workers (worker_id, machine_id, pid, lease_until)
    values (${id(9)}, 'old', 1, now() + interval '30 s')`;
  await sql`insert into conversations (conversation_id, title, source)
    values (${id(1)}, 'one', 'chat'), (${id(2)}, 'two', 'chat')`;
  await sql`insert into tasks (task_id, status, assigned_agent, tool_profile, source,
      conversation_id, input_message, attempt, worker_id, machine_id, started_at)
    values (${id(3)}, 'running', 'brain', 'read', 'chat', ${id(1)}, 'runs', 1, ${
    id(9)
  }, 'old', now()),
      (${id(4)}, 'queued', 'brain', 'read', 'chat', ${id(2)}, 'waits', 2, null, 'old', now())`;
  await sql`insert into task_inputs (input_id, task_id, message, taken_at)
    values (${id(5)}, ${id(3)}, 'said before', now())`;
  await sql`insert into replies (reply_id, provider, kind, target, body, sending_until)
    values (${id(6)}, 'github', 'comment', '{}', 'hello', now() - interval '1 s')`;
}

Deno.test("what an earlier version left under way goes on after the upgrade", async () => {
  await withOldDatabase("0006_reply_turns.sql", async (db, url) => {
    await rowsOfBefore(db);
    await migrate(url);

    const running = (await getTask(db, id(3)))!;
    assert.ok(running.claim_id && running.cli_started_at, "its CLI runs, for all we know");
    assert.deepEqual(await reclaimTasks(db), [], "its worker has a lease");
    await endLease(db, id(9));
    await reclaimTasks(db);
    const again = (await getTask(db, id(3)))!;
    assert.deepEqual([again.status, again.attempt, again.crash_count], ["queued", 2, 1]);

    const worker_id = await liveWorker(db);
    const second = await claimTask(db, { task_id: id(4), worker_id, machine_id: "m1" });
    await markCliStarted(db, claimOf(second!));
    await endLease(db, worker_id);
    await reclaimTasks(db);
    assert.equal((await getTask(db, id(4)))?.status, "failed", "its first crash was before");

    assert.deepEqual(await reclaimReplies(db), []);
    const reply = await takeReply(db, id(6), { worker_id: await liveWorker(db) });
    assert.equal(reply?.tries, 1);
    const [input] = await db.sql`select heard_at from task_inputs`;
    assert.ok(input.heard_at, "it is not said a second time");
  });
});

Deno.test("a delivery whose tasks an earlier version lost says so, and promises them no more", async () => {
  await withOldDatabase("0012_raised_over.sql", async (db, url) => {
    const commands = [
      { name: "x", matched: true, reason: "starts on release.published" },
      { name: "y", matched: false, reason: "it is off" },
    ];
    const lost = { provider: "github", flow_id: null, commands, task_ids: [id(1)] };
    await db.sql`insert into deliveries ${
      db.sql([
        { ...lost, delivery_id: id(2), outcome: "accepted", dedupe_key: "a", content_key: "c" },
        { ...lost, delivery_id: id(3), outcome: "duplicate", dedupe_key: null, content_key: null },
      ] as never[])
    }`;
    await db.sql`insert into deliveries (delivery_id, provider, outcome, flow_id, task_ids)
      values (${id(4)}, 'github', 'accepted', 'f', ${[id(5)]})`;
    await migrate(url);

    const rows = await db.sql`select outcome, reason, task_ids, dedupe_key, content_key, commands
      from deliveries order by delivery_id`;
    assert.deepEqual(rows.map(({ outcome }) => outcome), ["ignored", "duplicate", "accepted"]);
    assert.deepEqual(rows.map(({ task_ids }) => task_ids), [[], [], [id(5)]]);
    assert.match(rows[0].reason, /its task was lost/);
    assert.deepEqual([rows[0].dedupe_key, rows[0].content_key], ["a", null]);
    const [x, y] = rows[0].commands;
    assert.deepEqual([x.matched, y.matched, y.reason], [false, false, "it is off"]);
    assert.match(x.reason, /replay the delivery/);
    await assert.rejects(
      async () => await db.sql`update deliveries set flow_id = null where delivery_id = ${id(4)}`,
      /deliveries_tasks_have_a_flow/,
    );
  });
});

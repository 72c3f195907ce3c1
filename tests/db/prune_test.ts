import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { addEvent } from "@/db/events.ts";
import { firstIdAt } from "@/db/ids.ts";
import { getMachine, listMachines } from "@/db/machines.ts";
import { pruneRows } from "@/db/prune.ts";
import { createSignInLink, findSession, startSession } from "@/db/sessions.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord, liveWorker, runningTask } from "@/tests/helpers/records.ts";

function ignoredRecord() {
  const record = acceptRecord();
  record.delivery.outcome = "ignored";
  return { ...record, flow: null, tasks: [], replies: [], uses: [] };
}

/** Every delivery as if it had come that many days ago: the id holds the time. */
async function aged({ sql }: Database, days: number): Promise<void> {
  let at = Date.now() - days * 86_400_000;
  for (const { delivery_id } of await sql`select delivery_id from deliveries`) {
    const older = firstIdAt(new Date(at++));
    await sql`update deliveries set delivery_id = ${older} where delivery_id = ${delivery_id}`;
  }
}

Deno.test("raw bodies go after three months, the delivery stays", async () => {
  await using t = await testDatabase();
  await acceptDelivery(t.db, acceptRecord());
  await aged(t.db, 91);
  assert.equal((await pruneRows(t.db)).delivery_bodies, 1);
  const [left] = await t.db.sql`select outcome, body from deliveries`;
  assert.deepEqual({ ...left }, { outcome: "accepted", body: null });
});

const PERSON = { role: "viewer", token_id: null, admin_token_mac: "a" } as const;

Deno.test("what is old and read by nobody goes, what people look at stays", async () => {
  await using t = await testDatabase();
  const { sql } = t.db;
  await acceptDelivery(t.db, acceptRecord({ provider_delivery_id: "one" }));
  await acceptDelivery(t.db, acceptRecord({ provider_delivery_id: "one" }));
  const { claim } = await runningTask(t.db);
  const old = await startSession(t.db, { name: "old", ...PERSON });
  await createSignInLink(t.db, { role: "admin", minutes: 15, admin_token_mac: "a" });
  await acceptDelivery(t.db, ignoredRecord());
  await aged(t.db, 31);
  await sql`update events set at = now() - interval '8 days'`;
  await sql`update sessions set expires_at = now() - interval '31 days'`;
  await sql`update sign_in_links set expires_at = now() - interval '2 days'`;
  await sql`update workers set lease_until = now() - interval '8 days'`;
  await sql`
    insert into flow_mentions (name, flow_id, evidence, created_at)
    select 'TEA-' || days, (select flow_id from flows limit 1), 'e', now() - days * interval '1 day'
    from unnest(array[181, 1]) as days`;
  const current = await startSession(t.db, { name: "current", ...PERSON });
  await addEvent(sql, "agent.status", null, {});

  const pruned = await pruneRows(t.db);
  assert.deepEqual(
    { ...pruned, events: pruned.events > 0 },
    {
      events: true,
      deliveries: 2,
      sign_in_links: 1,
      sessions: 1,
      workers: 0,
      delivery_bodies: 0,
      delivery_body_parts: 0,
      command_uses: 0,
      questions: 0,
      flow_mentions: 1,
      reply_pace: 0,
      machines: 0,
    },
  );
  assert.equal((await findSession(t.db, current.secret, "a"))?.name, "current");
  assert.equal(await findSession(t.db, old.secret, "a"), null);
  const [left] = await sql`select (select count(*) from events) as events,
    (select count(*) from deliveries) as deliveries, (select count(*) from tasks) as tasks`;
  assert.deepEqual({ ...left }, { events: 1, deliveries: 1, tasks: 2 });

  await sql`update tasks set status = 'cancelled', worker_id = null, claim_id = null, completed_at = now()
    where task_id = ${claim.task_id}`;
  assert.equal((await pruneRows(t.db)).workers, 0, "it says since when its machine is silent");
  await sql`update workers set lease_until = now() - interval '31 days'`;
  const { workers, machines } = await pruneRows(t.db);
  assert.deepEqual([workers, machines], [1, 1], "once nothing runs there");
});

Deno.test("a silent machine is listed with since when, until it is forgotten", async () => {
  await using t = await testDatabase();
  const { sql } = t.db;
  const silentFor = async (worker_id: string, days: number) => {
    await sql`update workers set lease_until = now() - ${days} * interval '1 day'
      where worker_id = ${worker_id}`;
  };
  const { claim } = await runningTask(t.db);
  await silentFor(claim.worker_id, 40);
  for (const [machine, days] of [["two-days", 2], ["a-month", 29], ["longer", 31]] as const) {
    await silentFor(await liveWorker(t.db, machine), days + 1);
    await silentFor(await liveWorker(t.db, machine), days);
  }
  await liveWorker(t.db, "awake");
  const names = async () => (await listMachines(t.db)).map(({ machine_id }) => machine_id);
  assert.deepEqual(await names(), ["awake", "two-days", "a-month", "longer", "m1"]);
  const pruned = await pruneRows(t.db);
  assert.deepEqual([pruned.workers, pruned.machines], [3, 1]);
  assert.deepEqual(await names(), ["awake", "two-days", "a-month", "m1"], "m1 runs something");
  const silent = (await getMachine(t.db, "two-days"))!;
  assert.equal(silent.alive, false);
  const hours = (Date.now() - silent.last_seen_at!.getTime()) / 3_600_000;
  assert.equal(Math.round(hours), 48);
  assert.equal(await getMachine(t.db, "longer"), null);
});

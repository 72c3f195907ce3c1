// Webhooks in memory follow their rows: what changed is read, once for many changes, and nothing else
// is compiled again.
import assert from "node:assert/strict";
import { notify } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { createSeal } from "@/db/process/seal.ts";
import { createWebhook, deleteWebhook, updateWebhook } from "@/db/webhooks.ts";
import { loadConfig } from "@/server/config.ts";
import { keepWebhooks } from "@/server/webhooks/keep.ts";
import { type TestDatabase, testDatabase } from "@/tests/helpers/database.ts";
import { newWebhook } from "@/tests/helpers/records.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

const SECRET_KEY = "secret-key-of-the-tests";

const create = ({ db }: TestDatabase, name: string) =>
  createWebhook(db, createSeal(SECRET_KEY), newWebhook({ name }), [
    { name: "deploy", definition: DEPLOY, created_by: "admin" },
  ]);

const DEPLOY = { aliases: [], trigger: null, conditions: {}, priority: 1, action: "create_task" };

/** Counts how often it is asked which webhooks changed. */
function counting(db: Database) {
  let readings = 0;
  const sql = new Proxy(db.sql, {
    apply(target, self, [first, ...values]) {
      if (Array.isArray(first) && first.join("").includes("as version")) readings++;
      return Reflect.apply(target, self, [first, ...values]);
    },
  });
  return { db: { ...db, sql }, readings: () => readings };
}

/** The webhooks of a server process over this database. */
async function keeping(t: TestDatabase) {
  const { db, readings } = counting(t.db);
  const config = loadConfig({ DATABASE_URL: t.url, SECRET_KEY }, "/nonexistent");
  const webhooks = await keepWebhooks(db, config);
  await webhooks.reload(); // behind the one that listening began with
  const before = readings();
  return {
    created: (id: string) => webhooks.created(id),
    reload: webhooks.reload.bind(webhooks),
    readings: () => readings() - before,
    [Symbol.asyncDispose]: () => webhooks.stop(),
  };
}

Deno.test("a hundred changes that are announced together are read together", async () => {
  await using t = await testDatabase();
  const ids = await Promise.all(Array.from({ length: 100 }, (_, n) => create(t, `shop ${n}`)));
  await using kept = await keeping(t);
  await t.db.sql.begin(async (sql) => {
    for (const id of ids) await updateWebhook({ sql }, id, { name: "renamed" });
  });
  await untilTrue(() => ids.every((id) => kept.created(id)?.name === "renamed"));
  assert.ok(kept.readings() <= 4, `${kept.readings()} readings`);
});

Deno.test("however many ask at once, there are two readings, and the last state is seen", async () => {
  await using t = await testDatabase();
  const id = await create(t, "shop");
  await using kept = await keeping(t);
  const asked = Array.from({ length: 50 }, () => kept.reload(id));
  await updateWebhook(t.db, id, { name: "renamed" });
  await Promise.all([...asked, kept.reload(id)]);
  assert.equal(kept.created(id)?.name, "renamed");
  await untilTrue(() => kept.readings() >= 3); // the announcement's own
  assert.ok(kept.readings() <= 4, `${kept.readings()} readings`);
});

Deno.test("what did not change is not compiled again, not even when everything is read", async () => {
  await using t = await testDatabase();
  const [changed, other] = [await create(t, "shop"), await create(t, "harbour")];
  await using kept = await keeping(t);
  const before = [kept.created(changed), kept.created(other)];
  await t.db.sql`
    update webhook_commands set definition = definition || '{"priority": 7}'
    where webhook_id = ${changed}`; // by hand: nobody announces it, and no time tells of it
  await kept.reload();
  const after = kept.created(changed);
  assert.notEqual(after, before[0]);
  assert.equal(after?.commands.find(({ name }) => name === "deploy")?.priority, 7);
  assert.equal(kept.created(other), before[1]);
  await kept.reload([changed, other]);
  assert.equal(kept.created(changed), after);
});

Deno.test("a webhook comes and goes without the others being touched", async () => {
  await using t = await testDatabase();
  const first = await create(t, "first");
  await using kept = await keeping(t);
  const before = kept.created(first);
  const second = await create(t, "second");
  await untilTrue(() => kept.created(second) !== null);
  await deleteWebhook(t.db, second);
  await untilTrue(() => kept.created(second) === null);
  assert.equal(kept.created(first), before);
});

Deno.test("an announcement that names no webhook, as the version before sends it, reads all", async () => {
  await using t = await testDatabase();
  const id = await create(t, "shop");
  await using kept = await keeping(t);
  await t.db.sql.begin(async (sql) => {
    await sql`update webhooks set name = 'renamed' where webhook_id = ${id}`;
    await notify(sql, "settings", "webhooks");
  });
  await untilTrue(() => kept.created(id)?.name === "renamed");
});

Deno.test("after a lost connection everything is read: what was announced meanwhile is gone", async () => {
  await using t = await testDatabase();
  const id = await create(t, "shop");
  await using kept = await keeping(t);
  await t.db.sql`update webhooks set name = 'renamed by hand' where webhook_id = ${id}`;
  const ended = await t.db.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'`;
  assert.ok(ended.length > 0);
  await untilTrue(() => kept.created(id)?.name === "renamed by hand");
});

Deno.test("a reading that fails forgets nothing: the next one reads it too", async () => {
  await using t = await testDatabase();
  const [one, two] = [await create(t, "one"), await create(t, "two")];
  await using kept = await keeping(t);
  await t.db.sql`update webhooks set name = 'renamed'`; // nobody announces it
  await t.db.sql`alter table webhooks rename to hidden`;
  await assert.rejects(kept.reload(one), /webhooks/);
  await t.db.sql`alter table hidden rename to webhooks`;
  await kept.reload(two);
  assert.deepEqual([one, two].map((id) => kept.created(id)?.name), ["renamed", "renamed"]);
});

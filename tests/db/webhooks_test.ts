import assert from "node:assert/strict";
import { listen } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { firstIdAt, newId } from "@/db/ids.ts";
import { createSeal, forwardSecret } from "@/db/process/seal.ts";
import {
  changeCommands,
  createWebhook,
  deleteWebhook,
  ensureBuiltinWebhooks,
  getWebhook,
  listWebhookCommands,
  listWebhooks,
  rotateSecret,
  updateWebhook,
  webhookSecret,
} from "@/db/webhooks.ts";
import { usesLastHour, webhookStats } from "@/db/webhooks/stats.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { newWebhook } from "@/tests/helpers/records.ts";
import { countOf } from "@/views/webhook_counts.ts";

const seal = createSeal("a secret key of the tests");
const BUILTIN = [{ provider: "github", name: "GitHub" }, { provider: "jira", name: "Jira" }];

const command = (name: string) => ({ name, definition: { aliases: [] }, created_by: "admin" });

const create = (db: Database, commands = [command("deploy")]) =>
  createWebhook(db, seal, newWebhook(), commands);

Deno.test("each provider has one built-in webhook, however many servers start", async () => {
  await using t = await testDatabase();
  await Promise.all([1, 2, 3].map(() => ensureBuiltinWebhooks(t.db, BUILTIN)));
  const created = await create(t.db);
  const webhooks = await listWebhooks(t.db);
  assert.deepEqual(webhooks.map(({ provider }) => provider).sort(), ["github", "github", "jira"]);
  assert.equal(webhooks.at(-1)?.webhook_id, created);
  assert.equal((await getWebhook(t.db, "jira"))?.is_builtin, true);
  assert.equal(await getWebhook(t.db, "gitea"), null);
  assert.equal(await getWebhook(t.db, "\0"), null);
});

Deno.test("a secret lies sealed in its row, and opens for that row and that key only", async () => {
  await using t = await testDatabase();
  const [one, two] = [await create(t.db), await create(t.db)];
  assert.equal(await webhookSecret(t.db, seal, one), "the secret of the shop");
  assert.equal(await webhookSecret(t.db, createSeal("another key, as long"), one), null);
  await t.db.sql`
    update webhooks set secret = (select secret from webhooks where webhook_id = ${two})
    where webhook_id = ${one}`;
  assert.equal(await webhookSecret(t.db, seal, one), null, "moved to another row");
  const [{ dump }] = await t.db.sql<{ dump: string }[]>`
    select string_agg(encode(secret, 'escape'), ' ') as dump from webhooks`;
  assert.ok(!dump.includes("the secret of the shop"));
});

Deno.test("a new secret leaves the one before for a day", async () => {
  await using t = await testDatabase();
  const id = await create(t.db);
  await rotateSecret(t.db, seal, id, "the next one");
  assert.equal(await webhookSecret(t.db, seal, id), "the next one");
  const row = await getWebhook(t.db, id);
  const hours = (row!.previous_secret_until!.getTime() - Date.now()) / 3_600_000;
  assert.ok(hours > 23.9 && hours <= 24);
  assert.equal(seal.open(row!.previous_secret!, `webhook:${id}`), "the secret of the shop");
});

Deno.test("commands are written all or not at all", async () => {
  await using t = await testDatabase();
  const id = await create(t.db);
  await assert.rejects(
    changeCommands(t.db, id, () => ({ add: [command("one"), command("DEPLOY")] })),
    /duplicate key/,
  );
  await assert.rejects(
    changeCommands(t.db, id, () => {
      throw new Error("refused");
    }),
    /refused/,
  );
  const [deploy, ...none] = await listWebhookCommands(t.db, id);
  assert.deepEqual([deploy.name, none], ["deploy", []]);
  const { command_id } = deploy;
  const ids = await changeCommands(t.db, id, () => ({
    add: [command("deploy")],
    replace: [{ command_id, name: "ship", definition: { priority: 1 } }],
  }));
  assert.equal(ids?.length, 1);
  const names = (await listWebhookCommands(t.db, id)).map(({ name }) => name);
  assert.deepEqual(names, ["ship", "deploy"]);
  assert.equal(await changeCommands(t.db, newId(), () => ({})), null);
  await changeCommands(t.db, id, () => ({ remove: [command_id, ids![0]] }));
  assert.equal((await listWebhookCommands(t.db, id)).length, 0);
});

Deno.test("who decides on a webhook's commands sees what the one before has written", async () => {
  await using t = await testDatabase();
  const id = await create(t.db, []);
  const seen: number[] = [];
  await Promise.all(
    ["a", "b", "c"].map((name) =>
      changeCommands(t.db, id, (stored) => {
        seen.push(stored.length);
        return { add: [command(name)] };
      })
    ),
  );
  assert.deepEqual(seen, [0, 1, 2]);
});

Deno.test("every change is announced", async () => {
  await using t = await testDatabase();
  await ensureBuiltinWebhooks(t.db, BUILTIN);
  let heard = 0;
  let told = Promise.withResolvers<void>();
  const stop = await listen(t.db, "settings", () => {
    heard++;
    told.resolve();
  });
  const id = await create(t.db);
  const changes = [
    () => updateWebhook(t.db, id, { enabled: false }),
    () => rotateSecret(t.db, seal, id, "the next one"),
    () => changeCommands(t.db, id, () => ({ add: [command("plan")] })),
    () => deleteWebhook(t.db, id),
  ];
  await told.promise;
  for (const change of changes) {
    told = Promise.withResolvers<void>();
    await change();
    await told.promise;
  }
  assert.equal(heard, 5);
  await stop();
});

Deno.test("a built-in webhook is never removed; switches of its commands add up", async () => {
  await using t = await testDatabase();
  await ensureBuiltinWebhooks(t.db, BUILTIN);
  const { webhook_id } = (await getWebhook(t.db, "github"))!;
  assert.equal(await deleteWebhook(t.db, webhook_id), false);
  await updateWebhook(t.db, webhook_id, { builtin_commands: { plan: false } });
  await updateWebhook(t.db, webhook_id, { builtin_commands: { labelled: true } });
  const after = await getWebhook(t.db, webhook_id);
  assert.deepEqual(after?.builtin_commands, { plan: false, labelled: true });
});

/** A delivery of so many hours ago. */
async function came(
  { sql }: Database,
  row: { webhook_id?: string | null; outcome?: string; ms?: number | null; replay_of?: string },
  hours_ago = 0,
) {
  const at = new Date(Date.now() - hours_ago * 3_600_000);
  const { webhook_id = null, outcome = "accepted", ms = 10, replay_of = null } = row;
  const id = firstIdAt(at).slice(0, 14) + newId().slice(14);
  await sql`
    insert into deliveries (delivery_id, provider, webhook_id, outcome, answered_ms, replay_of,
      received_at)
    values (${id}, 'github', ${webhook_id}, ${outcome}, ${ms}, ${replay_of}, ${at})`;
}

Deno.test("statistics are each webhook's own, of the hours that are asked for, without replays", async () => {
  await using t = await testDatabase();
  await ensureBuiltinWebhooks(t.db, BUILTIN);
  const [github, jira] = [await getWebhook(t.db, "github"), await getWebhook(t.db, "jira")];
  const created = await create(t.db);
  for (let n = 1; n <= 99; n++) await came(t.db, { ms: n });
  await came(t.db, { ms: 500, outcome: "refused" });
  await came(t.db, { outcome: "ignored", ms: null, replay_of: newId() });
  await came(t.db, { webhook_id: created, outcome: "duplicate", ms: null });
  await came(t.db, { webhook_id: created, outcome: "ignored" }, 30);

  const stats = await webhookStats(t.db, 24);
  const own = stats.get(github!.webhook_id)!;
  assert.deepEqual([own.received, own.accepted, own.refused, own.ignored], [100, 99, 1, 0]);
  assert.equal(own.answer_ms_p50, 50.5);
  assert.ok(own.answer_ms_p99! > 99 && own.answer_ms_p99! < 500);
  const other = stats.get(created)!;
  assert.deepEqual([other.received, other.duplicate, other.answer_ms_p50], [1, 1, null]);
  const none = stats.get(jira!.webhook_id)!;
  assert.deepEqual([none.received, none.last_received_at], [0, null]);
  const longer = await webhookStats(t.db, 48, created);
  assert.deepEqual([[...longer.keys()], longer.get(created)?.received], [[created], 2]);
});

Deno.test("of a busy day it is said how many came at least", async () => {
  await using t = await testDatabase();
  const created = await create(t.db);
  await came(t.db, { webhook_id: created });
  await t.db.sql`
    insert into deliveries (delivery_id, provider, webhook_id, outcome)
    select uuidv7(), 'github', ${created}, 'ignored' from generate_series(1, 2001)`;
  const stats = (await webhookStats(t.db)).get(created)!;
  assert.deepEqual([stats.accepted, stats.ignored, stats.received], [1, 2000, 2001]);
  assert.deepEqual(stats.at_least, ["ignored"]);
  assert.equal(countOf(stats, "received"), "2k+");
  assert.equal(countOf(stats, "accepted"), "1");
});

Deno.test("when the last one came is known, however long ago", async () => {
  await using t = await testDatabase();
  const created = await create(t.db);
  await came(t.db, { webhook_id: created }, 100);
  const stats = (await webhookStats(t.db)).get(created);
  assert.equal(stats?.received, 0);
  const hours = (Date.now() - stats!.last_received_at!.getTime()) / 3_600_000;
  assert.ok(hours > 99.9 && hours < 100.1);
});

Deno.test("uses are counted over one hour, by key", async () => {
  await using t = await testDatabase();
  const row = (use_key: string, minutes: number) => ({
    use_key,
    delivery_id: newId(),
    used_at: new Date(Date.now() - minutes * 60_000),
  });
  const rows = [row("a", 1), row("a", 59), row("a", 61), row("b", 2), row("c", 3)];
  await t.db.sql`insert into command_uses ${t.db.sql(rows)}`;
  const uses = await usesLastHour(t.db, ["a", "b", "d"]);
  assert.deepEqual([...uses].sort(), [["a", 2], ["b", 1]]);
  assert.equal((await usesLastHour(t.db, [])).size, 0);
});

Deno.test("what signs forwards is made of SECRET_KEY, one for each webhook", () => {
  const secret = forwardSecret("a secret key of the tests", "w1");
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal(forwardSecret("a secret key of the tests", "w1"), secret);
  assert.notEqual(forwardSecret("a secret key of the tests", "w2"), secret);
  assert.notEqual(forwardSecret("another secret key", "w1"), secret);
});

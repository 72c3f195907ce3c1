/** What one process holds, all of them keep to themselves. */
import assert from "node:assert/strict";
import { shareSecrets } from "@/db/held_secrets/share.ts";
import { HeldSecrets } from "@/db/process/held_secrets.ts";
import { forwardSecret } from "@/db/process/seal.ts";
import { createSeal } from "@/db/process/seal.ts";
import { Secret } from "@/db/process/secret.ts";
import { createWebhook, deleteWebhook, rotateSecret } from "@/db/webhooks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { newWebhook } from "@/tests/helpers/records.ts";
import type { Database } from "@/db/client.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

const KEY = "a secret key of the tests";

/** A process that was given these settings. */
async function holder(db: Database, settings: Record<string, Secret>, key = KEY) {
  const held = new HeldSecrets(settings);
  const stop = await shareSecrets(db, { secret_key: new Secret(key), secrets: settings }, held);
  const hides = (secret: string) => held.redactor.redact(`a ${secret} b`) === "a [redacted] b";
  /** Looks until it does: what is shared arrives by a notification. */
  const untilHides = (secret: string) => untilTrue(() => hides(secret));
  return { held, hides, untilHides, [Symbol.asyncDispose]: stop };
}

Deno.test("what a process is given is hidden by those that were there and those that come", async () => {
  await using t = await testDatabase();
  await using worker = await holder(t.db, { GITHUB_TOKEN: new Secret("token of the worker") });
  assert.equal(worker.hides("secret of the server"), false);
  await using _server = await holder(t.db, {
    SLACK_SIGNING_SECRET: new Secret("secret of the server"),
    SECRET_KEY: new Secret(KEY),
    JAVA_HOME: new Secret("/opt/java/21", "private"),
  });
  await worker.untilHides("secret of the server");
  await using late = await holder(t.db, {});
  assert.ok(late.hides("secret of the server") && late.hides("token of the worker"));
  assert.equal(late.hides("/opt/java/21"), false);

  const rows = await t.db.sql`select * from held_secrets`;
  assert.deepEqual(rows.map((row) => row.name).sort(), ["GITHUB_TOKEN", "SLACK_SIGNING_SECRET"]);
  const dump = JSON.stringify(rows) + rows.map((row) => new TextDecoder().decode(row.sealed));
  assert.doesNotMatch(dump, /of the (server|worker)/);
});

Deno.test("the same from many processes is one row, and a later start makes no second", async () => {
  await using t = await testDatabase();
  for (let i = 0; i < 3; i++) {
    await using _one = await holder(t.db, { GITHUB_TOKEN: new Secret("token of the worker") });
  }
  assert.equal((await t.db.sql`select from held_secrets`).length, 1);
  await t.db.sql`update held_secrets set seen_at = now() - interval '15 days'`;
  await using one = await holder(t.db, {});
  assert.equal(one.hides("token of the worker"), false, "nobody holds it any more");
});

Deno.test("what another SECRET_KEY sealed is left alone", async () => {
  await using t = await testDatabase();
  await using _other = await holder(t.db, { GITHUB_TOKEN: new Secret("of elsewhere") }, "another");
  await using one = await holder(t.db, { GITLAB_TOKEN: new Secret("of this machine") });
  assert.deepEqual([one.hides("of elsewhere"), one.hides("of this machine")], [false, true]);
});

Deno.test("webhooks that are made, changed and removed while all runs", async () => {
  await using t = await testDatabase();
  await using worker = await holder(t.db, {});
  const seal = createSeal(KEY);
  const webhook_id = await createWebhook(t.db, seal, newWebhook({ provider: "custom" }), []);
  await worker.untilHides("the secret of the shop");
  assert.ok(worker.hides(forwardSecret(KEY, webhook_id)));
  await rotateSecret(t.db, seal, webhook_id, "its next secret");
  await worker.untilHides("its next secret");
  assert.ok(worker.hides("the secret of the shop"), "the one before is valid for a day");
  await deleteWebhook(t.db, webhook_id);
  await untilTrue(() => !worker.hides("its next secret"));
});

Deno.test("a text that has begun knows what is learned while it comes", () => {
  const held = new HeldSecrets();
  const stream = held.redactor.stream();
  let shown = stream.push("the token is tok");
  held.minted("token-made-just-now");
  shown += stream.push("en-made") + stream.push("-just-now, yes") + stream.end();
  assert.equal(shown, "the token is tok" + "en-made-just-now, yes", "its head was shown before");
  const next = stream.push("and token-made-just-now again") + stream.end();
  assert.equal(next, "and [redacted] again");
});

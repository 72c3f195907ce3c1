/** What goes beyond its hourly limit is not said either, whoever would have seen it. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { Database } from "@/db/client.ts";
import { custom } from "@/server/providers/custom.ts";
import type { Provider, Sample } from "@/server/providers/provider.ts";
import { slack } from "@/server/providers/slack.ts";
import { receiveWebhook } from "@/server/webhooks/receive.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { type WebhookChange, webhookOf, webhooksOf } from "@/tests/helpers/webhooks.ts";

const SECRET = "secret-of-the-answers";
const LIMIT = 2;

/** A webhook where everybody may start work, and each command so often in an hour. */
const webhookWith = (
  provider: Provider,
  commands: WebhookChange["commands"],
  commands_per_hour: number,
  secret = SECRET,
): Webhook =>
  webhookOf(provider, {
    commands,
    secrets: [secret],
    settings: { trusted_users: provider.trusted_setting ? ["*"] : null, commands_per_hour },
  });

/** Posts it there; returns what was answered. */
async function post(db: Database, webhook: Webhook, { headers, body }: Sample) {
  const now = () => new Date();
  const deps = { db, webhooks: webhooksOf(webhook), public_url: "http://127.0.0.1:8000", now };
  const request = new Request("http://127.0.0.1/", { method: "POST", headers, body });
  return await (await receiveWebhook(deps, webhook.provider.name, request)).json();
}

const slash = (text: string) => slack.sample("slash_command", SECRET, text, new Date());

const TASKS = { name: "tea", action: "create_task" as const, template: "make tea" };
const SAYS = { name: "say", action: "respond" as const, template: "Hello" };

/** The newest delivery, with what its trace says of one command. */
async function newest({ sql }: Database, name: string) {
  const [row] = await sql`
    select outcome, reason, commands, notes from deliveries order by delivery_id desc limit 1`;
  const command = row.commands.find((command: { name: string }) => command.name === name);
  return { ...row, command } as { outcome: string; notes: string[]; command: { reason: string } };
}

for (
  const [what, command, word] of [
    ["a respond", SAYS, "say"],
    ["a task's answer", TASKS, "tea"],
    ["the list of commands", null, "help"],
  ] as const
) {
  Deno.test(`beyond its limit ${what} is not given to who typed a slash command, but the reason`, async () => {
    await using t = await testDatabase();
    const webhook = webhookWith(slack, command ? [command] : [], LIMIT);
    const said: string[] = [];
    for (let n = 0; n <= LIMIT; n++) {
      const { text } = await post(t.db, webhook, slash(word));
      said.push(text);
    }
    const refusal = said.pop()!;
    assert.ok(said.every((text) => !/Not done/.test(text)), said.join());
    assert.match(refusal, /^Not done: more than 2 uses in an hour/);
    const { outcome, notes, command: { reason } } = await newest(t.db, word);
    assert.equal(outcome, "ignored");
    assert.equal(refusal, `Not done: ${reason}.`);
    assert.ok(!notes.some((note) => note.startsWith("answered at once")), notes.join());
  });
}

Deno.test("a program is told that nothing was done and why, not what would have been said", async () => {
  await using t = await testDatabase();
  const secret = `whsec_${btoa("\0".repeat(32))}`;
  const webhook = webhookWith(custom, [{ ...SAYS, trigger: "order.created" }], LIMIT, secret);
  const order = (id: string) => {
    const body = JSON.stringify({ type: "order.created", actor: { id: "7", name: "shop" } });
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
    };
    const signed = `${id}.${headers["webhook-timestamp"]}.${body}`;
    const key = new Uint8Array(32);
    const mac = createHmac("sha256", key).update(signed).digest("base64");
    return { body, headers: { ...headers, "webhook-signature": `v1,${mac}` } };
  };
  assert.deepEqual(await post(t.db, webhook, order("msg_1")), { text: "Hello" });
  assert.deepEqual(await post(t.db, webhook, order("msg_2")), { text: "Hello" });
  const third = await post(t.db, webhook, order("msg_3"));
  assert.deepEqual([third.outcome, third.task_ids], ["ignored", []]);
  assert.match(third.reason, /^more than 2 uses in an hour/);
  assert.equal(third.text, undefined);
  const again = await post(t.db, webhook, order("msg_3"));
  assert.deepEqual([again.outcome, again.reason], ["duplicate", third.reason]);
});

Deno.test("where one of two commands is refused, the other one answers", async () => {
  await using t = await testDatabase();
  const trigger = "slash_command";
  const webhook = webhookWith(slack, [
    { ...SAYS, trigger, max_per_hour: 1, priority: 1, template: "first" },
    { ...SAYS, name: "also", trigger, max_per_hour: 50, priority: 2, template: "second" },
  ], LIMIT);
  const first = await post(t.db, webhook, slash("-"));
  const second = await post(t.db, webhook, slash("-"));
  assert.deepEqual([first.text, second.text], ["first", "second"]);
  const { outcome, notes } = await newest(t.db, "say");
  assert.equal(outcome, "accepted");
  assert.deepEqual(notes.filter((note) => note.startsWith("answered at once")).length, 1);
  assert.match(notes.join(), /answered at once: .*second/);
});

/** One thing that arrives twice in the way of its provider is worked on once. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { custom } from "@/server/providers/custom.ts";
import { gitlab } from "@/server/providers/gitlab.ts";
import { jira } from "@/server/providers/jira.ts";
import type { Provider, Sample } from "@/server/providers/provider.ts";
import { sentry } from "@/server/providers/sentry.ts";
import { slack } from "@/server/providers/slack.ts";
import { receiveWebhook } from "@/server/webhooks/receive.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { type WebhookChange, webhookOf, webhooksOf } from "@/tests/helpers/webhooks.ts";
import { createHmac } from "node:crypto";

const SECRET = "secret-of-the-pairs";
// deno-lint-ignore no-explicit-any -- payloads are of any shape
type Payload = any;

/** Posts at a webhook where everybody may start work; returns what was answered. */
async function post(
  db: Database,
  provider: Provider,
  { headers, body }: Sample,
  change: WebhookChange = {},
) {
  const webhook = webhookOf(provider, {
    secrets: [SECRET],
    settings: { trusted_users: provider.trusted_setting ? ["*"] : null },
    ...change,
  });
  const now = () => new Date();
  const deps = { db, webhooks: webhooksOf(webhook), public_url: "http://127.0.0.1:8000", now };
  const request = new Request("http://127.0.0.1/", { method: "POST", headers, body });
  const response = await receiveWebhook(deps, provider.name, request);
  return { status: response.status, text: await response.text() };
}

const outcomes = (answers: { text: string }[]) =>
  answers.map(({ text }) => JSON.parse(text).outcome).sort();

async function tasks({ sql }: Database): Promise<number> {
  return (await sql`select count(*)::int as n from tasks`)[0].n;
}

/** The same sample with another payload, signed anew. */
function changed(
  provider: Provider,
  name: string,
  change: (payload: Payload) => void,
  sign: (body: string, headers: Record<string, string>) => Record<string, string>,
): Sample {
  const { headers, body } = provider.sample(name, SECRET, undefined, new Date());
  const payload = JSON.parse(body);
  change(payload);
  const text = JSON.stringify(payload);
  return { body: text, headers: { ...headers, ...sign(text, headers) } };
}
const hmac = (text: string) => createHmac("sha256", SECRET).update(text).digest("hex");

Deno.test("a Slack mention that arrives as two events is one task", async () => {
  await using t = await testDatabase();
  const sign = (body: string, headers: Record<string, string>) => ({
    "x-slack-signature": "v0=" + hmac(`v0:${headers["x-slack-request-timestamp"]}:${body}`),
  });
  const mention = slack.sample("app_mention", SECRET, undefined, new Date());
  const event = JSON.parse(mention.body);
  const message = changed(slack, "app_mention", (payload) => {
    Object.assign(payload, event, { event_id: "Ev0ANOTHER1" });
    payload.event = { ...event.event, type: "message", channel_type: "channel" };
  }, sign);
  const answers = await Promise.all([post(t.db, slack, mention), post(t.db, slack, message)]);
  assert.deepEqual(outcomes(answers), ["accepted", "duplicate"]);
  assert.equal(await tasks(t.db), 1);
});

Deno.test("a Slack event that is sent again is one, whatever its retry header says", async () => {
  await using t = await testDatabase();
  const mention = slack.sample("app_mention", SECRET, undefined, new Date());
  const retried = { ...mention, headers: { ...mention.headers, "x-slack-retry-num": "1" } };
  assert.deepEqual(
    outcomes([await post(t.db, slack, retried)]),
    ["accepted"],
    "the first came not",
  );
  assert.deepEqual(outcomes([await post(t.db, slack, mention)]), ["duplicate"]);
  assert.equal(await tasks(t.db), 1);
});

Deno.test("a Jira comment that arrives as two events is one task", async () => {
  await using t = await testDatabase();
  const sign = (body: string) => ({
    "x-hub-signature": "sha256=" + hmac(body),
    "x-atlassian-webhook-identifier": crypto.randomUUID(),
  });
  let comment: Payload, issue: Payload;
  const created = changed(jira, "comment", (payload) => {
    ({ comment, issue } = payload);
  }, sign);
  const updated = changed(jira, "comment", (payload) => {
    Object.assign(payload, {
      webhookEvent: "jira:issue_updated",
      issue_event_type_name: "issue_commented",
      comment,
      issue,
      user: comment.author,
    });
  }, sign);
  const answers = await Promise.all([post(t.db, jira, created), post(t.db, jira, updated)]);
  assert.deepEqual(outcomes(answers), ["accepted", "duplicate"]);
  assert.equal(await tasks(t.db), 1);
});

Deno.test("a GitLab note that a project's and a group's hook bring is one task", async () => {
  await using t = await testDatabase();
  const note = gitlab.sample("issue_note", SECRET, undefined, new Date());
  const again = { "webhook-id": crypto.randomUUID(), "idempotency-key": crypto.randomUUID() };
  const other = { ...note, headers: { ...note.headers, ...again } };
  const answers = await Promise.all([post(t.db, gitlab, note), post(t.db, gitlab, other)]);
  assert.deepEqual(outcomes(answers), ["accepted", "duplicate"]);
  assert.equal(await tasks(t.db), 1);
});

Deno.test("a Sentry error that is told again under another request id is one task", async () => {
  await using t = await testDatabase();
  const first = sentry.sample("issue_created", SECRET, undefined, new Date());
  const retried = { ...first, headers: { ...first.headers, "request-id": "f".repeat(32) } };
  const on = { webhook: { builtin_commands: { new_error: true } } };
  const answers = await Promise.all([
    post(t.db, sentry, first, on),
    post(t.db, sentry, retried, on),
  ]);
  assert.deepEqual(outcomes(answers), ["accepted", "duplicate"]);
  assert.equal(await tasks(t.db), 1);
});

Deno.test("Slack's challenge is answered once it is verified, and a slash command to its author", async () => {
  await using t = await testDatabase();
  const challenge = slack.sample("url_verification", SECRET, undefined, new Date());
  const { status, text } = await post(t.db, slack, challenge);
  assert.deepEqual([status, text], [200, JSON.parse(challenge.body).challenge]);
  const forged = slack.sample("url_verification", "another secret", undefined, new Date());
  const refused = await post(t.db, slack, forged);
  assert.equal(refused.status, 401);
  assert.ok(!refused.text.includes(JSON.parse(forged.body).challenge));

  const slash = (text: string) => slack.sample("slash_command", SECRET, text, new Date());
  const started = JSON.parse((await post(t.db, slack, slash("plan the tea"))).text);
  assert.equal(started.response_type, "ephemeral");
  const [{ task_id }] = await t.db.sql`select task_id from tasks`;
  assert.ok(started.text.includes(task_id));
  assert.match(JSON.parse((await post(t.db, slack, slash("help"))).text).text, /analyze/);
  const [{ replies }] = await t.db.sql`select count(*)::int as replies from replies`;
  assert.equal(replies, 0, "nothing is said before the whole channel");
});

Deno.test("built-in triggers are off until they are turned on: errors, assignments, labels", async () => {
  await using t = await testDatabase();
  const cases: [Provider, string, string][] = [
    [sentry, "issue_created", "new_error"],
    [sentry, "event_alert", "alert"],
    [jira, "assigned", "assigned"],
    [jira, "labelled", "labelled"],
    [gitlab, "labelled", "labelled"],
  ];
  for (const [provider, name, command] of cases) {
    const sample = () => provider.sample(name, SECRET, undefined, new Date());
    const own_name = provider === jira ? assignee(sample()) : null;
    const off = await post(t.db, provider, sample(), { own_name });
    assert.equal(JSON.parse(off.text).outcome, "ignored", `${provider.name} ${name}`);
    const webhook = { builtin_commands: { [command]: true } };
    const settings = { trusted_users: provider.trusted_setting ? ["*"] : null };
    const on = await post(t.db, provider, sample(), { own_name, webhook, settings });
    const [newest] = await t.db.sql`
      select reason, commands from deliveries order by delivery_id desc limit 1`;
    assert.equal(JSON.parse(on.text).outcome, "accepted", `${provider.name}: ${newest.reason}`);
  }
  assert.equal(await tasks(t.db), cases.length);
});

const assignee = ({ body }: Sample): string | null =>
  JSON.parse(body).changelog?.items?.find((item: Payload) => item.field === "assignee")?.to ?? null;

Deno.test("respond dictates the answer: to a program, to a slash command, else by the outbox", async () => {
  await using t = await testDatabase();
  const say = { name: "say", action: "respond" as const, template: "Hello {{ delivery.actor }}" };
  const commands = [{ ...say, trigger: "order.created" }];
  const sign = (body: string, headers: Record<string, string>) => ({
    ...headers,
    "webhook-signature": "v1," +
      createHmac("sha256", new Uint8Array(32)).update(
        `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`,
      ).digest("base64"),
  });
  const secret = "whsec_" + btoa("\0".repeat(32));
  const headers = {
    "content-type": "application/json",
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
  };
  const body = JSON.stringify({ type: "order.created", actor: { id: "7", name: "shop" } });
  const order = { body, headers: sign(body, headers) };
  const program = await post(t.db, custom, order, { secrets: [secret], commands });
  assert.deepEqual(JSON.parse(program.text), { text: "Hello shop" });

  const slash = slack.sample("slash_command", SECRET, "say", new Date());
  const slashed = await post(t.db, slack, slash, { commands: [say] });
  assert.deepEqual(JSON.parse(slashed.text), { response_type: "ephemeral", text: "Hello U0NORA" });
  const mention = slack.sample("app_mention", SECRET, "@agent say", new Date());
  assert.deepEqual(outcomes([await post(t.db, slack, mention, { commands: [say] })]), ["accepted"]);
  const replies = await t.db.sql`select kind, body from replies`;
  assert.deepEqual(replies.map((r) => [r.kind, r.body]), [["message", "Hello U0NORA"]]);
});

import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { providers } from "@/server/providers/mod.ts";
import { receiveWebhook } from "@/server/webhooks/receive.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { type WebhookChange, webhookOf, webhooksOf } from "@/tests/helpers/webhooks.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { aboutNothing, ANY_SECRET, everyPayload, type Posted } from "./every_payload.ts";

const ON_EVERYTHING = { name: "x", trigger: "*", run_for: "anyone", template: "x" } as const;
const open: WebhookChange = { secrets: [ANY_SECRET], commands: [{ ...ON_EVERYTHING }] };

interface Answered {
  outcome: string;
  delivery_id: string;
  task_ids: string[];
}

Deno.test("whatever comes in, each task id in an answer is that of a task in a conversation", async () => {
  await using t = await testDatabase();
  const builtin = [...providers.values()].map((provider) => webhookOf(provider, open));
  const created = [...providers.values()]
    .map((provider) => webhookOf(provider, { ...open, webhook: { is_builtin: false } }));
  const webhooks = webhooksOf(...builtin, ...created);
  const deps = { db: t.db, webhooks, public_url: "http://127.0.0.1:8000", now: () => new Date() };
  const post = async ({ provider, name, headers, body }: Posted, webhook_id: string | null) => {
    const request = new Request("http://127.0.0.1", { method: "POST", headers, body });
    const response = await receiveWebhook(deps, provider, request, webhook_id);
    const text = await response.text();
    assert.equal(response.status, 200, `${provider} ${name}: ${text}`);
    if (text.includes("task_ids")) answers.push(JSON.parse(text));
  };
  const answers: Answered[] = [];
  const payloads = await everyPayload();
  for (const webhook of [...builtin, ...created]) {
    const to = payloads.filter(({ provider }) => provider === webhook.provider.name);
    const webhook_id = webhook.is_builtin ? null : webhook.webhook_id;
    // the second time is answered with the ids of the first
    for (let i = 0; i < 2; i++) await Promise.all(to.map((one) => post(one, webhook_id)));
  }
  const begun = answers.flatMap(({ task_ids }) => task_ids);
  assert.ok(begun.length > 1000, `${begun.length} tasks of ${answers.length} answers`);
  const found = await t.db.sql`select from tasks where task_id = any (${begun})`;
  assert.equal(found.length, new Set(begun).size);
  assert.deepEqual([...await wrongDeliveries(t.db)], []);
});

/** Those that were accepted and did nothing, or whose task is in no conversation as it should be. */
async function wrongDeliveries({ sql }: Database) {
  return await sql`
    select d.provider, d.event_type, d.outcome, id from deliveries d
      left join lateral unnest(d.task_ids) id on true
      left join tasks t on t.task_id = id
      left join flows f on f.flow_id = t.flow_id and f.conversation_id = t.conversation_id
    where (d.outcome = 'accepted' and id is null)
      or (id is not null and (f.flow_id is null or f.title = ''
        or not holds_outside_text(t.conversation_id)
        or not exists (select from messages m where m.task_id = t.task_id)))`;
}

const SECRETS = Object.fromEntries([
  "GITHUB_WEBHOOK_SECRET",
  "JIRA_WEBHOOK_SECRET",
  "GITLAB_WEBHOOK_SECRET",
  "SENTRY_WEBHOOK_SECRET",
  "SLACK_SIGNING_SECRET",
].map((name) => [name, ANY_SECRET]));

const TITLES = [
  "GitHub star.created: Codertocat/Hello-World",
  "GitHub tea_party.started: Five o'clock",
  "Jira option_voting_changed",
  "GitLab user_failed_login: Ann",
  "Sentry installation.created",
  "Slack email_domain_changed",
];

Deno.test("what names no object has a conversation of its own, in which its replays go on", async () => {
  await using s = await testServer({ env: SECRETS });
  const titles: string[] = [];
  for (const one of aboutNothing()) {
    await s.call("POST", `/api/webhooks/${one.provider}/commands`, ON_EVERYTHING);
    const answer = await fetch(`${s.url}/webhooks/${one.provider}`, {
      method: "POST",
      headers: one.headers,
      body: one.body,
    });
    const first: Answered = await answer.json();
    assert.equal(first.outcome, "accepted", one.name);
    titles.push(await inOneConversation(s, first));
  }
  assert.deepEqual(titles, TITLES);
});

/** Says why there is one, replays into it, and talks there; returns its title. */
async function inOneConversation(s: TestServer, { delivery_id, task_ids }: Answered) {
  const event = `/api/webhooks/events/${delivery_id}`;
  const kept = await s.call("GET", event);
  const trial = await s.call("POST", `${event}/replay`, { dry_run: true });
  for (const { json } of [kept, trial]) {
    assert.match(json.notes.join("\n"), /what it starts has a conversation of its own/);
  }
  const task = await s.call("GET", `/api/tasks/${task_ids[0]}`);
  assert.equal(task.status, 200, task.text);
  const { conversation_id } = task.json;
  const again = await s.call("POST", `${event}/replay`, {});
  const second = await s.call("GET", `/api/tasks/${again.json.task_ids[0]}`);
  assert.equal(second.json.conversation_id, conversation_id);

  for (const page of [`/tasks/${task_ids[0]}`, `/deliveries/${delivery_id}`]) {
    const shown = await s.call("GET", page, undefined, { headers: { accept: "text/html" } });
    assert.equal(shown.status, 200, page);
  }
  const conversation = await s.call("GET", `/api/conversations/${conversation_id}`);
  assert.ok(conversation.json.has_outside_text);
  const said = await s.call("POST", "/api/chat", { message: "and now?", conversation_id });
  const chat = await s.call("GET", `/api/tasks/${said.json.task_id}`);
  assert.equal(chat.json.tool_profile, "read", "what was written outside is in it");
  return conversation.json.title;
}

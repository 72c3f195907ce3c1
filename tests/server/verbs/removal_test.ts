// What happens to what points at something that is removed. A column that names such a thing is in
// the plan, so that a new table cannot be forgotten.
import assert from "node:assert/strict";
import { openQuestion } from "@/db/questions.ts";
import { listReplies } from "@/db/replies.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, knock, made } from "@/tests/server/webhooks_api/scene.ts";

const PLAN: Record<string, Record<string, string>> = {
  webhook_id: {
    webhook_commands: "go with it (on delete cascade)",
    deliveries: "stay, and are found by its id",
  },
  command_id: {},
  token_id: { sessions: "are over with it: `isOpen` looks at the token" },
  session_id: { tasks: "stay: who asked is told" },
  conversation_id: {
    messages: "would go with it (on delete cascade)",
    tasks: "keep it from being removed (foreign key)",
    flows: "nothing removes a conversation yet",
    workflows: "keep it from being removed (foreign key)",
  },
  delivery_id: {
    delivery_body_parts: "go with it (on delete cascade)",
    command_uses: "are counted for an hour, and removed after two",
    questions: "go on in their flow, unless its webhook is removed",
    replies: "are sent",
    flow_news: "are seen to",
  },
};

Deno.test("whatever points at something that can be removed has a plan", async () => {
  await using s = await testServer();
  for (const [column, plan] of Object.entries(PLAN)) {
    const tables = await s.db.sql<{ table_name: string }[]>`
      select table_name from information_schema.columns c
      where column_name = ${column} and table_schema = current_schema()
        and not exists (
          select from information_schema.table_constraints t
          join information_schema.key_column_usage k using (constraint_schema, constraint_name)
          where t.constraint_type = 'PRIMARY KEY' and t.table_name = c.table_name
            and k.column_name = c.column_name and k.ordinal_position = 1
            and c.table_name in ('webhooks', 'webhook_commands', 'api_tokens', 'sessions',
              'conversations', 'deliveries'))
      order by table_name`;
    const names = tables.map(({ table_name }) => table_name);
    assert.deepEqual(names, Object.keys(plan).sort(), column);
  }
});

const askCommand = {
  name: "clarify",
  action: "ask",
  template: "Which harbour do you mean?",
};

/** A question that a webhook has asked in a thread. */
async function asked(s: TestServer) {
  const { id, ...way } = await createdWebhook(s, { commands: [askCommand] });
  const first = comment("@agent clarify");
  const { delivery_id } = await knock(s, first, way);
  const [{ flow_id }] = await s.db.sql<{ flow_id: string }[]>`
    select flow_id from deliveries where delivery_id = ${delivery_id}`;
  assert.ok(await openQuestion(s.db, flow_id), "nothing was asked");
  const answer = comment("The northern one.", (payload) => payload.issue = first.issue);
  return { id, flow_id, delivery_id, answer };
}

Deno.test("a removed webhook: commands go, deliveries stay, what it said is sent, nobody answers it", async () => {
  await using s = await testServer();
  const { id, flow_id, delivery_id, answer } = await asked(s);
  const replies = await listReplies(s.db, { delivery_id });
  assert.deepEqual(replies.map(({ status }) => status), ["pending"]);
  assert.equal((await s.call("DELETE", `/api/webhooks/${id}`)).status, 204);

  assert.equal((await s.db.sql`select from webhook_commands where webhook_id = ${id}`).count, 0);
  const { items } = (await s.call("GET", `/api/webhooks/events?webhook_id=${id}`)).json;
  assert.equal(items[0].delivery_id, delivery_id);
  assert.deepEqual(await listReplies(s.db, { delivery_id }), replies);
  assert.equal(await openQuestion(s.db, flow_id), null);
  const { outcome, task_ids } = await knock(s, answer); // the same thread, at the built-in webhook
  assert.deepEqual([outcome, task_ids], ["ignored", []]);
});

Deno.test("another webhook's questions stay open, and are answered", async () => {
  await using s = await testServer();
  const { answer } = await asked(s);
  const { id } = await createdWebhook(s);
  assert.equal((await s.call("DELETE", `/api/webhooks/${id}`)).status, 204);
  const { outcome, task_ids } = await knock(s, answer);
  assert.deepEqual([outcome, task_ids.length], ["accepted", 1]);
});

Deno.test("a removed command: what it began goes on, and a delivery of it can be taken in again", async () => {
  await using s = await testServer();
  const path = "/api/webhooks/github/commands";
  const { command_id } = await made(s, path, { name: "deploy" });
  const { delivery_id, task_ids } = await knock(s, comment("@agent deploy"));
  assert.equal((await s.call("DELETE", `${path}/${command_id}`)).status, 204);
  const task = (await s.call("GET", `/api/tasks/${task_ids[0]}`)).json;
  assert.deepEqual([task.status, task.source_metadata.command], ["queued", "deploy"]);
  assert.equal((await s.call("POST", `/api/tasks/${task_ids[0]}/stop`)).status, 200);
  assert.equal((await s.call("POST", `/api/tasks/${task_ids[0]}/retry`)).status, 202);
  const trace = (await s.call("GET", `/api/webhooks/events/${delivery_id}`)).json;
  assert.ok(trace.commands.some((one: { name: string }) => one.name === "deploy"));
  const again = await s.call("POST", `/api/webhooks/events/${delivery_id}/replay`);
  assert.equal(again.json.outcome, "accepted", "an unknown word yields help");
  assert.deepEqual(again.json.task_ids, []);
});

Deno.test("a revoked token: its sessions are over, what it asked for stays", async () => {
  await using s = await testServer();
  const { token, token_id } = await made(s, "/api/tokens", { name: "ci", role: "operator" });
  const headers = { cookie: await s.signIn(token), origin: s.url };
  const form = { token: null, headers };
  const said = await s.call("POST", "/api/chat", { message: "hi" }, form);
  assert.equal(said.status, 202);
  assert.equal((await s.call("DELETE", `/api/tokens/${token_id}`)).status, 204);
  assert.equal((await s.call("GET", "/api/tasks", undefined, form)).status, 401);
  const task = (await s.call("GET", `/api/tasks/${said.json.task_id}`)).json;
  assert.deepEqual([task.status, task.session_id], ["queued", said.json.session_id]);
});

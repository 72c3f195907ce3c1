import assert from "node:assert/strict";
import { createApiToken } from "@/db/sessions.ts";
import { askMcp, callTool } from "@/tests/helpers/mcp.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { comment, knock } from "@/tests/server/webhooks_api/scene.ts";

Deno.test("a client makes a webhook, adds a command, and follows what a delivery started", async () => {
  await using s = await testServer();
  const wanted = { provider: "github", name: "Tea", separate_endpoint: true };
  const { value: webhook } = await callTool(s, "create_webhook", wanted);
  const path = new URL(webhook.address).pathname;
  assert.ok(webhook.secret.length >= 32, "shown here, once");

  const command = { name: "tidy", template: "Tidy up: {{ text }}", target_agent: "planning" };
  const tidy = { webhook_id: webhook.webhook_id, command };
  const added = await callTool(s, "add_webhook_command", tidy);
  assert.equal(added.value?.name, "tidy", added.text);
  const again = await callTool(s, "add_webhook_command", tidy);
  assert.deepEqual([again.is_refused, /tidy/.test(again.text)], [true, true]);
  const unknown = { ...tidy, webhook_id: "nothing" };
  assert.match((await callTool(s, "add_webhook_command", unknown)).text, /no webhook "nothing"/);
  const unread = { ...tidy, command: { ...command, colour: "red" } };
  assert.match((await callTool(s, "add_webhook_command", unread)).text, /colour/);

  const knocked = await knock(s, comment("@agent tidy"), { path, secret: webhook.secret });
  assert.equal(knocked.outcome, "accepted");
  const [task_id] = knocked.task_ids;
  const { value: task } = await callTool(s, "task_status", { task_id });
  assert.deepEqual([task.status, task.assigned_agent], ["queued", "planning"]);
  const { conversation_id } = task;
  const { value: conversation } = await callTool(s, "get_conversation", { conversation_id });
  assert.match(conversation.messages[0].content, /tidy/);

  const { value: listed } = await callTool(s, "list_webhooks", {});
  const shown = listed.items.find((item: { name: string }) => item.name === "Tea");
  assert.equal("secret" in shown, false);
  const actions = await s.db.sql`select action from audit order by audit_id`;
  assert.deepEqual(actions.map(({ action }) => action), [
    "webhook.create",
    "webhook.command.add",
  ]);
});

Deno.test("a self-test is run, and tells which stage fails", async () => {
  await using s = await testServer({ env: { PUBLIC_URL: "http://127.0.0.1:9" } });
  const { value } = await callTool(s, "test_webhook", { webhook_id: "github" });
  assert.equal(value.ok, false);
  assert.match(value.stages.at(-1).detail, /PUBLIC_URL/);
});

Deno.test("an operator asks for work, and may not make webhooks", async () => {
  await using s = await testServer();
  const person = { name: "ann", role: "operator", created_by: "admin" } as const;
  const { token } = await createApiToken(s.db, person);
  const { json } = await askMcp(s, "tools/list", {}, { token });
  const offered = json.result.tools.map(({ name }: { name: string }) => name);
  assert.ok(offered.includes("create_task") && !offered.includes("create_webhook"));

  const { value: agents } = await callTool(s, "list_agents", {}, token);
  assert.ok(agents.items.some(({ name }: { name: string }) => name === "planning"));
  const asked = { prompt: "Count the teapots.", agent: "planning", tool_profile: "read" };
  const { value: task } = await callTool(s, "create_task", asked, token);
  assert.deepEqual([task.status, task.source], ["queued", "api"]);
  const nobody = await callTool(s, "create_task", { ...asked, agent: "nobody" }, token);
  assert.deepEqual([nobody.is_refused, /nobody/.test(nobody.text)], [true, true]);
  const missing = { task_id: "01890000-0000-7000-8000-000000000001" };
  assert.match((await callTool(s, "task_status", missing, token)).text, /There is no task/);
});

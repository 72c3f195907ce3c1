// What another version has stored: this one reads what it can, and says what it cannot.
import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, fieldsOf, knock, made } from "./scene.ts";

/** Stores a definition past all checks, as another version may have. */
async function storeAs(s: TestServer, command_id: string, change: string): Promise<void> {
  const db = connect(s.database_url, { max: 1 });
  await db.sql`
    update webhook_commands set definition = (definition - 'labels') || ${change}::text::jsonb
    where command_id = ${command_id}`;
  await db.close();
  await s.webhooks.reload();
}

Deno.test("a field that an older version did not store has its default", async () => {
  await using s = await testServer();
  const hook = await createdWebhook(s);
  const at = `/api/webhooks/${hook.id}/commands`;
  const command = await made(s, at, { name: "deploy", template: "Deploy it" });
  await storeAs(s, command.command_id, `{"of_a_newer_version": 1}`);
  const { json } = await s.call("GET", `${at}/deploy`);
  assert.deepEqual(json, command);
  assert.equal((await knock(s, comment("@agent deploy"), hook)).outcome, "accepted");
  assert.equal((await s.call("GET", `/api/webhooks/${hook.id}`)).json.problem, null);
});

Deno.test("a command that cannot be read is off and named, and the others run", async () => {
  await using s = await testServer();
  const hook = await createdWebhook(s);
  const at = `/api/webhooks/${hook.id}/commands`;
  await made(s, at, { name: "good", template: "Do it" });
  const bad = await made(s, at, { name: "bad", trigger: "issue_comment.*", template: "Do that" });
  await storeAs(s, bad.command_id, `{"action": "dance", "conditions": {"a": {"like": "b"}}}`);

  const shown = (await s.call("GET", `/api/webhooks/${hook.id}`)).json;
  assert.equal(shown.is_open, true);
  assert.match(
    shown.problem,
    /^Some stored commands cannot be read .* bad \(conditions\.a: .* bad \(action: /,
  );
  const { enabled, template } = (await s.call("GET", `${at}/bad`)).json;
  assert.deepEqual([enabled, template], [false, "Do that"]);
  const other = (await s.call("GET", "/api/webhooks/github")).json;
  assert.equal(other.problem, null);

  assert.deepEqual((await knock(s, comment("@agent bad"), hook)).task_ids, []);
  assert.equal((await knock(s, comment("@agent good"), hook)).task_ids.length, 1);

  await made(s, `${at}/bad/enable`, {}, 200);
  assert.equal(
    (await s.call("GET", `${at}/bad`)).json.enabled,
    false,
    "nobody can tell what it does",
  );
  const half = await s.call("PUT", `${at}/bad`, { action: "create_task" });
  assert.deepEqual([half.status, fieldsOf(half)], [422, ["conditions.a.like"]]);
  const mended = await s.call("PUT", `${at}/bad`, { action: "create_task", conditions: {} });
  assert.deepEqual([mended.status, mended.json.enabled], [200, true], mended.text);
  assert.equal((await s.call("GET", `/api/webhooks/${hook.id}`)).json.problem, null);
});

import assert from "node:assert/strict";
import { ADMIN_TOKEN, testServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, fieldsOf, knock, otherServer } from "./scene.ts";

Deno.test("a given secret is taken, and one that the provider could not use is refused", async () => {
  await using s = await testServer();
  const { secret, path } = await createdWebhook(s, { secret: "chosen by the operator" });
  assert.equal(secret, "chosen by the operator");
  assert.equal((await knock(s, comment("@agent plan"), { path, secret })).outcome, "accepted");
  const short = await s.call("POST", "/api/webhooks", { provider: "github", secret: "short" });
  assert.deepEqual([short.status, fieldsOf(short)], [422, ["secret"]]);
});

Deno.test("the secret is in the answer that made it and in nothing after it", async () => {
  await using s = await testServer();
  const { id, secret } = await createdWebhook(s);
  const paths = [
    "/api/webhooks",
    `/api/webhooks/${id}`,
    `/api/webhooks/${id}/setup`,
    `/api/webhooks/${id}/commands`,
    `/api/webhooks/${id}/events`,
    "/api/webhooks/stats",
    "/api/webhooks-status",
  ];
  const answers = await Promise.all(paths.map((path) => s.call("GET", path)));
  answers.push(await s.call("PUT", `/api/webhooks/${id}`, { name: "Renamed" }));
  answers.push(await s.call("POST", `/api/webhooks/${id}/self-test`));
  const renewed = await s.call("PUT", `/api/webhooks/${id}`, { secret: "another secret, long" });
  for (const { status, text } of [...answers, renewed]) {
    assert.equal(status, 200);
    assert.ok(!text.includes(secret));
  }
  assert.ok(!renewed.text.includes("another secret"));
  const rows = await s.db
    .sql`select secret, previous_secret from webhooks where webhook_id = ${id}`;
  for (const kept of [rows[0].secret, rows[0].previous_secret]) {
    const bytes = new TextDecoder("latin1").decode(kept);
    assert.ok(!bytes.includes(secret) && !bytes.includes("another secret"));
  }
  const audit = await s.db.sql`select actor, action, detail from audit where subject = ${id}`;
  const said = JSON.stringify(audit);
  assert.ok(!said.includes(secret) && !said.includes("another secret"));
  assert.deepEqual(audit.map(({ action }) => action), [
    "webhook.create",
    "webhook.change",
    "webhook.self_test",
    "webhook.change",
  ]);
});

Deno.test("a change holds at once; the secret before it is accepted for another day", async () => {
  await using s = await testServer();
  const { id, path, secret } = await createdWebhook(s);
  const change = {
    name: "Shop",
    description: "Ours",
    command_prefix: "@shop",
    default_command: "plan",
    target_agent: "brain",
    secret: "the secret of tomorrow",
  };
  const changed = await s.call("PUT", `/api/webhooks/${id}`, change);
  assert.equal(changed.status, 200);
  assert.equal(changed.json.own_command_prefix, "@shop");
  const today = { path, secret };
  const tomorrow = { path, secret: "the secret of tomorrow" };
  assert.equal((await knock(s, comment("@agent analyze"), today)).outcome, "ignored");
  assert.equal((await knock(s, comment("@shop analyze"), today)).outcome, "accepted");
  const { task_ids } = await knock(s, comment("@shop"), tomorrow);
  const { json: task } = await s.call("GET", `/api/tasks/${task_ids[0]}`);
  assert.deepEqual([task.assigned_agent, task.source_metadata.command], ["brain", "plan"]);

  await s.db.sql`update webhooks set previous_secret_until = now() where webhook_id = ${id}`;
  await s.webhooks.reload();
  assert.equal((await knock(s, comment("@shop analyze"), today)).status, 401);
  const back = await s.call("PUT", `/api/webhooks/${id}`, { command_prefix: null });
  assert.deepEqual([back.json.command_prefix, back.json.name], ["@agent", "Shop"]);
});

Deno.test("a secret can be made anew, and is shown once", async () => {
  await using s = await testServer();
  const { id, path, secret } = await createdWebhook(s);
  const renewed = await s.call("POST", `/api/webhooks/${id}/secret`);
  assert.equal(renewed.status, 200);
  assert.match(renewed.json.secret, /^[0-9a-f]{64}$/);
  for (const one of [secret, renewed.json.secret]) {
    assert.equal((await knock(s, comment("@agent plan"), { path, secret: one })).status, 200);
  }
  const given = await s.call("POST", `/api/webhooks/${id}/secret`, { secret: "given by hand" });
  assert.equal(given.json.secret, "given by hand");
  assert.equal((await knock(s, comment("@agent plan"), { path, secret })).status, 401);
});

Deno.test("with another SECRET_KEY a created webhook is shut, and says what to do", async () => {
  await using s = await testServer();
  const { id, path, secret } = await createdWebhook(s);
  await using other = await otherServer(s, { SECRET_KEY: "another secret key entirely" });
  assert.equal((await knock(other, comment("@agent plan"), { path, secret })).status, 401);
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const at = (rest = "") => `http://127.0.0.1/api/webhooks/${id}${rest}`;
  const read = async () => (await other.app.fetch(new Request(at(), { headers }))).json();
  const view = await read();
  assert.equal(view.is_open, false);
  assert.match(view.problem, /SECRET_KEY.*new one/);
  const body = JSON.stringify({ secret: "given again by hand" });
  await other.app.fetch(new Request(at("/secret"), { method: "POST", headers, body }));
  assert.equal((await read()).is_open, true);
  const again = { path, secret: "given again by hand" };
  assert.equal((await knock(other, comment("@agent plan"), again)).outcome, "accepted");
});

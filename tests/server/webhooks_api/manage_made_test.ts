import assert from "node:assert/strict";
import { testServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, fieldsOf, knock, made } from "./scene.ts";

Deno.test("a created webhook takes deliveries signed with its own secret, at its own address", async () => {
  await using s = await testServer();
  const { path, secret } = await createdWebhook(s);
  assert.match(secret, /^[0-9a-f]{64}$/);
  assert.equal((await knock(s, comment("@agent analyze"), { path, secret })).outcome, "accepted");
  assert.equal((await knock(s, comment("@agent analyze"), { path })).status, 401);
  assert.equal((await knock(s, comment("@agent analyze"), { secret })).status, 401);
});

Deno.test("a second webhook of a provider is more commands for the first, unless asked otherwise", async () => {
  await using s = await testServer();
  const wanted = { provider: "github", name: "Ours", commands: [{ name: "deploy" }] };
  const added = await made(s, "/api/webhooks", wanted, 200);
  assert.deepEqual([added.added_to_existing, added.secret], [true, null]);
  assert.deepEqual([added.is_builtin, added.name], [true, "GitHub"]);
  assert.equal((await knock(s, comment("@agent deploy"))).outcome, "accepted");

  const twice = await s.call("POST", "/api/webhooks", {
    ...wanted,
    commands: [{ name: "Deploy" }, { name: "ship" }],
  });
  assert.equal(twice.status, 409);
  assert.match(twice.json.detail, /Deploy/);
  const { items } = (await s.call("GET", "/api/webhooks/github/commands")).json;
  assert.ok(!items.some(({ name }: { name: string }) => name === "ship"), "none was added");

  const own = await made(s, "/api/webhooks", { ...wanted, separate_endpoint: true });
  assert.deepEqual([own.added_to_existing, own.name], [false, "Ours"]);
  assert.ok(own.commands.some(({ name }: { name: string }) => name === "deploy"));
});

Deno.test("while the built-in webhook is shut, the oldest created one gets the commands", async () => {
  await using s = await testServer();
  await s.call("POST", "/api/webhooks/github/disable");
  const first = await made(s, "/api/webhooks", { provider: "github" });
  assert.equal(first.added_to_existing, false);
  await createdWebhook(s);
  const added = await made(
    s,
    "/api/webhooks",
    { provider: "github", commands: [{ name: "x" }] },
    200,
  );
  assert.equal(added.webhook_id, first.webhook_id);
});

Deno.test("what does not fit is refused by the name of its field", async () => {
  await using s = await testServer();
  const refused = async (body: unknown) => {
    const answer = await s.call("POST", "/api/webhooks", body);
    assert.equal(answer.status, 422, answer.text);
    return fieldsOf(answer);
  };
  const separate = { provider: "github", separate_endpoint: true };
  assert.deepEqual(await refused({}), ["provider"]);
  assert.deepEqual(await refused({ provider: "gitea" }), ["provider"]);
  assert.deepEqual(await refused({ ...separate, sekret: "x" }), ["sekret"]);
  assert.deepEqual(await refused({ ...separate, command_prefix: "@my agent" }), ["command_prefix"]);
  assert.deepEqual(await refused({ ...separate, target_agent: "nobody" }), ["target_agent"]);
  assert.deepEqual(await refused({ ...separate, default_command: "dance" }), ["default_command"]);
  const callback_url = "https://example.com/hook";
  assert.deepEqual(await refused({ ...separate, callback_url }), ["callback_url"]);
  const commands = [{ name: "ok" }, { name: "bad", template: "{% for %}" }];
  assert.deepEqual(await refused({ ...separate, commands }), ["commands.1.template"]);
  const twins = [{ name: "one", aliases: ["uno"] }, { name: "two", aliases: ["uno"] }];
  assert.deepEqual(await refused({ ...separate, commands: twins }), ["commands.1.aliases.0"]);
  const agents = [{ name: "one", target_agent: "nobody" }];
  assert.deepEqual(await refused({ ...separate, commands: agents }), ["commands.0.target_agent"]);
});

import assert from "node:assert/strict";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, fieldsOf, knock, made, tokens } from "./scene.ts";

const COMMANDS = "/api/webhooks/github/commands";

/** What became of each command of a delivery, by its name. */
async function reasons(s: TestServer, delivery_id: string): Promise<Record<string, string>> {
  const { json } = await s.call("GET", `/api/webhooks/events/${delivery_id}`);
  return Object.fromEntries(
    json.commands.map(({ name, reason }: { name: string; reason: string }) => [name, reason]),
  );
}

Deno.test("a stored command works at once, and shows how often it was used", async () => {
  await using s = await testServer();
  const command = { name: "deploy", aliases: ["ship"], template: "Deploy {{issue.title}}" };
  const { command_id, priority, tool_profile, is_builtin } = await made(s, COMMANDS, command);
  assert.deepEqual([priority, tool_profile, is_builtin], [100, "read", false]);
  assert.equal((await knock(s, comment("@agent ship it"))).outcome, "accepted");
  const read = await s.call("GET", `${COMMANDS}/${command_id}`);
  assert.deepEqual([read.json.uses_last_hour, read.json.hourly_limit], [1, 20]);
  assert.deepEqual((await s.call("GET", `${COMMANDS}/deploy`)).json, read.json);
});

Deno.test("what a command gets wrong is named, field by field and with its place", async () => {
  await using s = await testServer();
  const refused = async (body: unknown) => {
    const answer = await s.call("POST", COMMANDS, body);
    assert.equal(answer.status, 422, answer.text);
    return answer;
  };
  assert.deepEqual(fieldsOf(await refused({})), ["name"]);
  const wrong = {
    name: "deploy",
    trigger: "a..b",
    expression: "payload.",
    conditions: { "a.b": { inn: 1 } },
    template: "{{ x | nope }}",
    target_agent: "nobody",
    colour: "red",
  };
  assert.deepEqual(fieldsOf(await refused(wrong)), ["colour", "conditions.a.b.inn"]);
  const { colour: _, conditions: __, ...rest } = wrong;
  const answer = await refused(rest);
  assert.deepEqual(fieldsOf(answer).sort(), ["expression", "template", "trigger"]);
  assert.match(answer.json.detail, /line 1, column \d+/);
  assert.deepEqual(fieldsOf(await refused({ name: "x", target_agent: "nobody" })), [
    "target_agent",
  ]);
  const away = { name: "x", action: "forward" };
  for (const forward_url of ["http://example.com/", "https://127.0.0.1/", "https://localhost/"]) {
    assert.deepEqual(fieldsOf(await refused({ ...away, forward_url })), ["forward_url"]);
  }
  const own_key = await refused('{"name":"x","conditions":{"__proto__.y":1}}');
  assert.deepEqual(fieldsOf(own_key), ["conditions.__proto__.y"]);
});

Deno.test("forwards go to the hosts that FORWARD_HOSTS names, when it names any", async () => {
  await using s = await testServer({ env: { FORWARD_HOSTS: "hooks.example.com,127.0.0.1:9999" } });
  const forward = (name: string, forward_url: string) =>
    s.call("POST", COMMANDS, { name, action: "forward", forward_url });
  assert.equal((await forward("a", "https://hooks.example.com/x")).status, 201);
  assert.equal((await forward("b", "http://127.0.0.1:9999/x")).status, 201);
  const other = await forward("c", "https://example.org/x");
  assert.deepEqual([other.status, fieldsOf(other)], [422, ["forward_url"]]);
  assert.match(other.json.detail, /FORWARD_HOSTS/);
});

Deno.test("two commands never listen to one word", async () => {
  await using s = await testServer();
  await made(s, COMMANDS, { name: "deploy", aliases: ["ship"] });
  const add = (body: unknown) => s.call("POST", COMMANDS, body);
  assert.equal((await add({ name: "Deploy" })).status, 409);
  for (
    const [body, field] of [
      [{ name: "ship" }, "name"],
      [{ name: "analysis" }, "name"],
      [{ name: "x", aliases: ["deploy"] }, "aliases.0"],
      [{ name: "x", aliases: ["y", "SHIP"] }, "aliases.1"],
      [{ name: "x", aliases: ["plan"] }, "aliases.0"],
    ] as const
  ) {
    const refused = await add(body);
    assert.deepEqual([refused.status, fieldsOf(refused)], [422, [field]], refused.text);
  }
  const { id } = await createdWebhook(s);
  await made(s, `/api/webhooks/${id}/commands`, { name: "deploy" });
});

Deno.test("of two who take one word at the same moment, one is refused", async () => {
  await using s = await testServer();
  const add = (name: string) => s.call("POST", COMMANDS, { name, aliases: ["same"] });
  const answers = await Promise.all(["a", "b", "c", "d"].map(add));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 422, 422, 422]);
});

Deno.test("a stored command stands in the place of a built-in one until it is removed", async () => {
  await using s = await testServer();
  const override = { name: "analyze", aliases: ["analysis"], target_agent: "brain" };
  const { command_id, overrides_builtin } = await made(s, COMMANDS, override);
  assert.equal(overrides_builtin, true);
  const agentOf = async () => {
    const { task_ids } = await knock(s, comment("@agent analysis"));
    return (await s.call("GET", `/api/tasks/${task_ids[0]}`)).json.assigned_agent;
  };
  assert.equal(await agentOf(), "brain");
  const { items } = (await s.call("GET", COMMANDS)).json;
  const same = items.filter(({ name }: { name: string }) => name === "analyze");
  assert.equal(same.length, 1);
  assert.equal((await s.call("DELETE", `${COMMANDS}/${command_id}`)).status, 204);
  assert.equal(await agentOf(), "planning");
  assert.equal((await s.call("DELETE", `${COMMANDS}/${command_id}`)).status, 404);
});

Deno.test("words of a built-in command stay its own while it is overridden", async () => {
  await using s = await testServer();
  await made(s, COMMANDS, { name: "analyze" });
  const taken = await s.call("POST", COMMANDS, { name: "x", aliases: ["analysis"] });
  assert.deepEqual([taken.status, fieldsOf(taken)], [422, ["aliases.0"]]);
});

Deno.test("a built-in command is neither changed nor removed: overridden, or switched off", async () => {
  await using s = await testServer();
  const put = await s.call("PUT", `${COMMANDS}/plan`, { description: "mine" });
  assert.equal(put.status, 409);
  assert.match(put.json.detail, /add a command of that name to override/);
  const removal = await s.call("DELETE", `${COMMANDS}/plan`);
  assert.equal(removal.status, 409);
  assert.match(removal.json.detail, /overridden or switched off/);

  const off = await s.call("POST", `${COMMANDS}/plan/disable`);
  assert.deepEqual([off.status, off.json.enabled, off.json.command_id], [200, false, null]);
  const { outcome, delivery_id } = await knock(s, comment("@agent plan"));
  // its word is unknown now, so the sender is told the others
  assert.equal(outcome, "accepted");
  assert.equal((await reasons(s, delivery_id)).plan, "it is off");
  assert.equal((await s.call("POST", `${COMMANDS}/plan/enable`)).json.enabled, true);
  assert.equal((await knock(s, comment("@agent plan"))).task_ids.length, 1);
});

Deno.test("a stored command is changed field by field, switched, and keeps its id", async () => {
  await using s = await testServer();
  const { command_id } = await made(s, COMMANDS, { name: "deploy", template: "Deploy it" });
  const at = `${COMMANDS}/${command_id}`;
  const changed = await s.call("PUT", at, { name: "release", priority: 5 });
  assert.deepEqual(
    [changed.status, changed.json.name, changed.json.priority, changed.json.template],
    [200, "release", 5, "Deploy it"],
  );
  assert.equal(changed.json.command_id, command_id);
  await made(s, COMMANDS, { name: "other" });
  assert.equal((await s.call("PUT", at, { name: "Other" })).status, 409);
  assert.deepEqual(fieldsOf(await s.call("PUT", at, { name: "analysis" })), ["name"]);
  assert.deepEqual(fieldsOf(await s.call("PUT", at, { template: "{{" })), ["template"]);
  assert.equal((await s.call("PUT", at, [])).status, 422);
  const off = await s.call("POST", `${at}/disable`);
  assert.deepEqual([off.json.enabled, off.json.priority], [false, 5]);
  assert.deepEqual((await s.call("GET", at)).json.enabled, false);
});

Deno.test("the default command of a webhook cannot be taken away from under it", async () => {
  await using s = await testServer();
  const commands = [{ name: "triage" }];
  const { id } = await createdWebhook(s, { commands, default_command: "triage" });
  const at = `/api/webhooks/${id}/commands/triage`;
  for (const answer of [await s.call("DELETE", at), await s.call("PUT", at, { name: "x" })]) {
    assert.equal(answer.status, 409);
    assert.match(answer.json.detail, /default_command/);
  }
  await s.call("PUT", `/api/webhooks/${id}`, { default_command: "help" });
  assert.equal((await s.call("DELETE", at)).status, 204);
});

Deno.test("operators switch commands, admins write them", async () => {
  await using s = await testServer();
  const { operator, viewer } = await tokens(s);
  const { command_id } = await made(s, COMMANDS, { name: "deploy" });
  const at = `${COMMANDS}/${command_id}`;
  const as = async (token: string, method: string, path: string, body?: unknown) =>
    (await s.call(method, path, body, { token })).status;
  assert.equal(await as(operator, "POST", `${at}/disable`), 200);
  assert.equal(await as(operator, "POST", `${COMMANDS}/dry-run`, { name: "x" }), 200);
  assert.equal(await as(operator, "POST", COMMANDS, { name: "x" }), 403);
  assert.equal(await as(operator, "PUT", at, {}), 403);
  assert.equal(await as(operator, "DELETE", at), 403);
  assert.equal(await as(viewer, "GET", COMMANDS), 200);
  assert.equal(await as(viewer, "POST", `${at}/enable`), 403);
  const audit = await s.db.sql`select action from audit order by audit_id`;
  assert.deepEqual(audit.map(({ action }) => action).slice(-2), [
    "webhook.command.add",
    "webhook.command.disable",
  ]);
});

import assert from "node:assert/strict";
import { ADMIN_TOKEN, testServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, fieldsOf, knock, made, otherServer, tokens } from "./scene.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

const UNKNOWN = "019a0000-0000-7000-8000-000000000000";

Deno.test("the list has the built-in webhooks first, each open or with the reason why not", async () => {
  await using s = await testServer();
  const { id } = await createdWebhook(s, { name: "Other repositories" });
  const { items, next_cursor } = (await s.call("GET", "/api/webhooks")).json;
  assert.equal(next_cursor, null);
  assert.equal(items.at(-1).webhook_id, id);
  assert.equal(items.at(-1).name, "Other repositories");
  const github = items[0];
  assert.deepEqual([github.provider, github.is_builtin, github.is_open], ["github", true, true]);
  assert.equal(github.address, `${s.url}/webhooks/github`);
  assert.ok(github.actions.includes("github_label"));
  assert.ok(github.event_types.includes("issues.opened"));
  for (const shut of items.filter((item: { is_open: boolean }) => !item.is_open)) {
    assert.match(shut.problem, /^[A-Z_]+(SECRET) is not set$/, shut.provider);
  }
  const by_name = await s.call("GET", "/api/webhooks/github");
  assert.deepEqual(by_name.json, github);
  assert.deepEqual((await s.call("GET", `/api/webhooks/${github.webhook_id}`)).json, github);
});

Deno.test("a created webhook takes deliveries signed with its own secret, at its own address", async () => {
  await using s = await testServer();
  const { path, secret } = await createdWebhook(s);
  assert.match(secret, /^[0-9a-f]{64}$/);
  assert.equal((await knock(s, comment("@agent analyze"), { path, secret })).outcome, "accepted");
  assert.equal((await knock(s, comment("@agent analyze"), { path })).status, 401);
  assert.equal((await knock(s, comment("@agent analyze"), { secret })).status, 401);
});

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

Deno.test("a built-in webhook is changed by its provider's name; its secret is a setting", async () => {
  await using s = await testServer();
  const change = { name: "Our GitHub", description: "All of it", command_prefix: "@robot" };
  const changed = await s.call("PUT", "/api/webhooks/static/github", change);
  assert.equal(changed.status, 200);
  assert.equal((await knock(s, comment("@robot analyze"))).outcome, "accepted");
  const secret = { secret: "a new one for GitHub" };
  for (const path of ["/api/webhooks/static/github", "/api/webhooks/github"]) {
    const refused = await s.call("PUT", path, secret);
    assert.deepEqual([refused.status, fieldsOf(refused)], [422, ["secret"]]);
    assert.match(refused.json.detail, /GITHUB_WEBHOOK_SECRET/);
  }
  assert.equal((await s.call("POST", "/api/webhooks/github/secret")).status, 422);
  const { id } = await createdWebhook(s);
  for (const name of [id, "gitea", UNKNOWN]) {
    assert.equal((await s.call("PUT", `/api/webhooks/static/${name}`, change)).status, 404);
  }
});

Deno.test("a webhook that is off refuses deliveries; a built-in one can be no more than off", async () => {
  await using s = await testServer();
  const off = await s.call("POST", "/api/webhooks/github/disable");
  assert.deepEqual([off.status, off.json.enabled, off.json.is_open], [200, false, false]);
  assert.match(off.json.problem, /off/);
  assert.equal((await knock(s, comment("@agent plan"))).status, 401);
  const removal = await s.call("DELETE", "/api/webhooks/github");
  assert.equal(removal.status, 409);
  assert.match(removal.json.detail, /disabled/);
  assert.equal((await s.call("POST", "/api/webhooks/github/enable")).json.is_open, true);
  assert.equal((await knock(s, comment("@agent plan"))).outcome, "accepted");
});

Deno.test("a removed webhook is gone, and what came in at it stays", async () => {
  await using s = await testServer();
  const { id, path, secret } = await createdWebhook(s, { commands: [{ name: "deploy" }] });
  const { delivery_id } = await knock(s, comment("@agent deploy"), { path, secret });
  assert.equal((await s.call("DELETE", `/api/webhooks/${id}`)).status, 204);
  assert.equal((await knock(s, comment("@agent deploy"), { path, secret })).status, 401);
  assert.equal((await s.call("GET", `/api/webhooks/${id}`)).status, 404);
  assert.equal((await s.call("DELETE", `/api/webhooks/${id}`)).status, 404);
  const kept = await s.call("GET", `/api/webhooks/events?webhook_id=${id}`);
  assert.deepEqual(kept.json.items.map((item: { delivery_id: string }) => item.delivery_id), [
    delivery_id,
  ]);
});

Deno.test("unknown ids are 404 before anything else is wrong, and roles come before that", async () => {
  await using s = await testServer();
  const { viewer, operator } = await tokens(s);
  const nobody = { token: null };
  for (const id of ["gitea", UNKNOWN, "%00"]) {
    for (
      const [method, path, body] of [
        ["GET", `/api/webhooks/${id}`],
        ["PUT", `/api/webhooks/${id}`, { wrong: 1 }],
        ["DELETE", `/api/webhooks/${id}`],
        ["POST", `/api/webhooks/${id}/enable`],
        ["POST", `/api/webhooks/${id}/secret`, { wrong: 1 }],
        ["POST", `/api/webhooks/${id}/self-test`],
        ["GET", `/api/webhooks/${id}/setup`],
        ["GET", `/api/webhooks/${id}/events?limit=zz`],
        ["GET", `/api/webhooks/${id}/commands`],
        ["POST", `/api/webhooks/${id}/commands`, { wrong: 1 }],
        ["POST", `/api/webhooks/${id}/commands/dry-run`, { wrong: 1 }],
        ["PUT", `/api/webhooks/github/commands/${id}`, { wrong: 1 }],
        ["DELETE", `/api/webhooks/github/commands/${id}`],
        ["POST", `/api/webhooks/github/commands/${id}/enable`],
        ["POST", `/api/webhooks/events/${id}/replay`, { wrong: 1 }],
      ] as const
    ) {
      assert.equal((await s.call(method, path, body)).status, 404, `${method} ${path}`);
      assert.equal((await s.call(method, path, body, nobody)).status, 401, `${method} ${path}`);
      if (method === "GET") continue;
      const small = { token: viewer };
      assert.equal((await s.call(method, path, body, small)).status, 403, `${method} ${path}`);
    }
  }
  const as_operator = { token: operator };
  assert.equal((await s.call("POST", "/api/webhooks", {}, as_operator)).status, 403);
  assert.equal(
    (await s.call("POST", "/api/webhooks/github/disable", undefined, as_operator)).status,
    200,
  );
});

Deno.test("set-up is told in the provider's words; what verifies forwards, to admins only", async () => {
  await using s = await testServer();
  const { viewer } = await tokens(s);
  const { id } = await createdWebhook(s);
  const { json } = await s.call("GET", `/api/webhooks/${id}/setup`);
  const values = json.steps.flatMap((step: { values: string[] }) => step.values);
  assert.ok(values.includes(`${s.url}/webhooks/github/${id}`));
  assert.ok(!JSON.stringify(json.steps).includes("{secret}"));
  assert.equal(json.secret_setting, null);
  assert.match(json.forward_secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const looked = await s.call("GET", "/api/webhooks/github/setup", undefined, { token: viewer });
  assert.deepEqual([looked.json.forward_secret, looked.json.secret_setting], [
    null,
    "GITHUB_WEBHOOK_SECRET",
  ]);
  const others = await Promise.all(
    ["/api/webhooks", `/api/webhooks/${id}`].map((path) => s.call("GET", path)),
  );
  for (const { text } of others) assert.ok(!text.includes(json.forward_secret));
});

Deno.test("two servers over one database follow each other's changes", async () => {
  await using s = await testServer();
  await using other = await otherServer(s);
  const { id, path, secret } = await createdWebhook(s, { commands: [{ name: "deploy" }] });
  await untilTrue(() => other.webhooks.created(id) !== null);
  assert.equal(
    (await knock(other, comment("@agent deploy"), { path, secret })).outcome,
    "accepted",
  );

  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const address = `http://127.0.0.1/api/webhooks/${id}/disable`;
  const off = await other.app.fetch(new Request(address, { method: "POST", headers }));
  assert.equal(off.status, 200);
  await untilTrue(() => s.webhooks.created(id)?.enabled === false);
  assert.equal((await knock(s, comment("@agent deploy"), { path, secret })).status, 401);
});

Deno.test("a webhook that is asked for before its news arrive is read from the database", async () => {
  await using s = await testServer();
  await using other = await otherServer(s);
  await other.webhooks.stop(); // hears nothing any more
  const { id } = await createdWebhook(s);
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  for (const path of [`/api/webhooks/${id}`, "/api/webhooks"]) {
    const read = await other.app.fetch(new Request(`http://127.0.0.1${path}`, { headers }));
    assert.equal(read.status, 200);
    assert.ok((await read.text()).includes(id));
  }
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

Deno.test("200 commands are stored, listed and matched", async () => {
  await using s = await testServer();
  const commands = Array.from({ length: 200 }, (_, n) => ({
    name: `job-${n}`,
    trigger: "issues.opened",
    conditions: { "issue.number": n },
  }));
  const { id, path, secret } = await createdWebhook(s, { commands });
  const { items } = (await s.call("GET", `/api/webhooks/${id}/commands`)).json;
  assert.equal(items.filter((item: { is_builtin: boolean }) => !item.is_builtin).length, 200);
  const { outcome, delivery_id } = await knock(s, comment("@agent job-7"), { path, secret });
  assert.equal(outcome, "ignored");
  const trace = (await s.call("GET", `/api/webhooks/events/${delivery_id}`)).json;
  const of = (name: string) =>
    trace.commands.find((command: { name: string }) => command.name === name);
  assert.match(of("job-7").reason, /issue\.number/);
  assert.match(of("job-8").reason, /issues\.opened|job-7/);
});

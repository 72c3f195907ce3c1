import assert from "node:assert/strict";
import { testServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, fieldsOf, knock, tokens } from "./scene.ts";

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

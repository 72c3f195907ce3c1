import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { receiveWebhook } from "@/server/webhooks/receive.ts";
import { github } from "@/server/providers/github.ts";
import { webhookOf, webhooksOf } from "@/tests/helpers/webhooks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { bytesOf, type Change, commentOf, delivery, SECRET, sign } from "./samples.ts";
import { depsOf, newest, post } from "./receive_scene.ts";

Deno.test("shut, unknown, unsigned and wrongly signed webhooks look the same", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const shut = depsOf(t.db, { secrets: [] });
  const payload = commentOf("@agent plan");
  const sha1 = "sha1=" + createHmac("sha1", SECRET).update(bytesOf(payload)).digest("hex");
  const good = sign(bytesOf(payload));
  const signed = (signature: string | null): Change => ({
    headers: { "x-hub-signature-256": signature },
  });
  const cases: [string, Promise<{ status: number; body: unknown }>, RegExp][] = [
    ["unsigned", post(deps, payload, signed(null)), /is missing/],
    ["wrong secret", post(deps, payload, { secret: "wrong" }), /does not fit/],
    [
      "upper case",
      post(deps, payload, signed("sha256=" + good.slice(7).toUpperCase())),
      /lower-case/,
    ],
    ["twice", post(deps, payload, signed(`${good}, ${good}`)), /lower-case/],
    [
      "sha1",
      post(deps, payload, { headers: { "x-hub-signature-256": null, "x-hub-signature": sha1 } }),
      /is missing/,
    ],
    ["no secret", post(shut, payload), /GITHUB_WEBHOOK_SECRET is not set/],
    ["no such provider", post(deps, payload, {}, "gitea"), /no such webhook/],
    ["a name of every object", post(deps, payload, {}, "constructor"), /no such webhook/],
    [
      "no such created webhook",
      receiveWebhook(deps, "github", delivery(payload), "some-id")
        .then(async (r) => ({ status: r.status, body: await r.json() })),
      /no such webhook/,
    ],
  ];
  for (const [what, answer, reason] of cases) {
    assert.deepEqual(await answer, {
      status: 401,
      body: {
        type: "about:blank",
        title: "Unauthorized",
        status: 401,
        detail: "no such webhook, or its signature is missing or wrong",
      },
    }, what);
    assert.ok((await newest(t.db)).some((d) => reason.test(d.reason ?? "")), what);
  }
  const kept = await newest(t.db);
  assert.equal(kept.length, cases.length);
  assert.ok(kept.every((d) => d.outcome === "refused"));
  const unread = kept.filter((d) => d.body_bytes === 0).length;
  assert.equal(unread, 3, "nothing is read without a secret or a provider");
  const { count } = (await t.db.sql`select count(*)::int from tasks`)[0];
  assert.equal(count, 0);
});

Deno.test("the previous secret opens the webhook while secrets rotate", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db, { secrets: ["new", SECRET] });
  assert.equal((await post(deps, commentOf("@agent plan"))).status, 200);
});

Deno.test("authentic but unreadable is 400 with the reason, kept as invalid", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const encode = (text: string) => new TextEncoder().encode(text);
  const cases: [Uint8Array, Change, RegExp][] = [
    [Uint8Array.of(0x22, 0xff, 0x22), {}, /not UTF-8/],
    [encode("\ufeff{}"), {}, /byte order mark/],
    [encode("{"), {}, /not JSON/],
    [encode("null"), {}, /object/],
    [encode('{"action":"created"}'), {}, /issue_comment: repository/],
    [encode("{}"), { headers: { "x-github-event": null } }, /X-GitHub-Event/],
    [encode("{}"), { headers: { "x-github-delivery": null } }, /X-GitHub-Delivery/],
  ];
  for (const [bytes, change, reason] of cases) {
    const { status, body } = await post(deps, bytes, change);
    assert.equal(status, 400);
    assert.match(body.detail, reason);
    const [kept] = await newest(t.db);
    assert.equal(kept.outcome, "invalid");
    assert.match(kept.reason!, reason);
  }
});

Deno.test("a created webhook has its own address; under the name of another provider it is not there", async () => {
  await using t = await testDatabase();
  const webhook = webhookOf(github, { secrets: ["its own"], webhook: { is_builtin: false } });
  const off = webhookOf(github, {
    webhook: { is_builtin: false, enabled: false },
    secrets: [SECRET],
  });
  const deps = { ...depsOf(t.db), webhooks: webhooksOf(webhook, off) };
  const at = async (provider: string, id: string, secret: string) => {
    const request = delivery(commentOf("@agent plan"), { secret });
    const response = await receiveWebhook(deps, provider, request, id);
    return { status: response.status, body: await response.json() };
  };
  const right = await at("github", webhook.webhook_id, "its own");
  assert.deepEqual([right.status, right.body.outcome], [200, "accepted"]);
  assert.equal((await newest(t.db))[0].webhook_id, webhook.webhook_id);
  const refused = [
    await at("github", webhook.webhook_id, SECRET),
    await at("jira", webhook.webhook_id, "its own"),
    await at("github", off.webhook_id, SECRET),
    await at("github", "no-id", "its own"),
  ];
  assert.deepEqual(refused.map(({ status }) => status), [401, 401, 401, 401]);
  assert.equal(new Set(refused.map(({ body }) => JSON.stringify(body))).size, 1);
});

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { Database } from "@/db/client.ts";
import { getDelivery, listDeliveries, rawDelivery } from "@/db/deliveries/list.ts";
import { flushAnswerTimes } from "@/db/deliveries/answer_times.ts";
import { listReplies } from "@/db/replies.ts";
import { getTask } from "@/db/tasks.ts";
import { type ReceiveDeps, receiveWebhook } from "@/server/webhooks/receive.ts";
import { github } from "@/server/providers/github.ts";
import { type WebhookChange, webhookOf, webhooksOf } from "@/tests/helpers/webhooks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { allExamples, bytesOf, type Change, commentOf, delivery, SECRET, sign } from "./samples.ts";

const MAX = 25 * 1024 * 1024;

function depsOf(db: Database, webhook: WebhookChange = {}): ReceiveDeps {
  return {
    db,
    webhooks: webhooksOf(webhookOf(github, { secrets: [SECRET], ...webhook })),
    public_url: "http://127.0.0.1:8000",
    now: () => new Date(),
  };
}

/** Posts and reads the answer. */
async function post(deps: ReceiveDeps, body: unknown, change: Change = {}, provider = "github") {
  const response = await receiveWebhook(deps, provider, delivery(body, change));
  return { status: response.status, body: await response.json() };
}
const newest = async (db: Database) => (await listDeliveries(db, {}, { limit: 100 })).items;

Deno.test("a signed comment becomes a delivery, a queued task and a reaction in the outbox", async () => {
  await using t = await testDatabase();
  const payload = commentOf("@agent analyze");
  const { status, body } = await post(depsOf(t.db), payload);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).sort(), ["delivery_id", "outcome", "task_ids"]);
  assert.equal(body.outcome, "accepted");

  const task = await getTask(t.db, body.task_ids[0]);
  assert.equal(task?.status, "queued");
  assert.equal(task?.external_id, "186853002#1");
  assert.match(task!.input_message, /@agent analyze/);
  const [reply] = await listReplies(t.db, { delivery_id: body.delivery_id });
  assert.deepEqual([reply.kind, reply.body, reply.task_id], ["reaction", "eyes", task?.task_id]);

  const kept = await getDelivery(t.db, body.delivery_id);
  assert.equal(kept?.event_type, "issue_comment.created");
  assert.equal(kept?.flow_id, task?.flow_id);
  const raw = await rawDelivery(t.db, body.delivery_id);
  assert.deepEqual(raw?.body, bytesOf(payload));
  assert.equal(raw?.headers["x-hub-signature-256"], "[redacted]");
});

Deno.test("comments on one issue share a conversation, another issue has its own", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  let comments = 0;
  const conversation = async (number: number) => {
    const payload = commentOf("@agent plan", (p) => {
      p.issue.number = number;
      p.comment.id = ++comments;
    });
    const { body } = await post(deps, payload);
    return (await getTask(t.db, body.task_ids[0]))?.conversation_id;
  };
  const [first, second, other] = [
    await conversation(1),
    await conversation(1),
    await conversation(2),
  ];
  assert.equal(first, second);
  assert.notEqual(first, other);
});

Deno.test("a redelivery starts nothing and answers with the first one's ids, fifty times at once", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const same = { headers: { "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" } };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => post(deps, commentOf("@agent plan"), same)),
  );
  const outcomes = answers.map(({ body }) => body.outcome);
  assert.equal(outcomes.filter((outcome) => outcome === "accepted").length, 1);
  assert.equal(outcomes.filter((outcome) => outcome === "duplicate").length, 49);
  assert.equal(new Set(answers.map(({ body }) => body.task_ids[0])).size, 1);
});

Deno.test("how long the answer took is noted", async () => {
  await using t = await testDatabase();
  const { body } = await post(depsOf(t.db), commentOf("@agent plan"));
  await flushAnswerTimes(t.db);
  const noted = (await getDelivery(t.db, body.delivery_id))!.answered_ms;
  assert.ok(noted !== null && noted > 0 && noted < 5000, `${noted}`);
});

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

Deno.test("ping and events that nobody knows are 200, ignored, with the reason", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const cases: [string, RegExp][] = [["ping", /ping/], ["event_of_next_year", /creates no text/]];
  for (const [event, reason] of cases) {
    const { status, body } = await post(deps, { zen: "Keep it simple." }, { event });
    assert.deepEqual([status, body.outcome, body.task_ids], [200, "ignored", []]);
    assert.match((await getDelivery(t.db, body.delivery_id))!.reason!, reason);
  }
});

Deno.test("a stranger's command is kept and ignored, and nobody is bothered", async () => {
  await using t = await testDatabase();
  const payload = commentOf("@agent plan", (p) => p.comment.author_association = "NONE");
  const { status, body } = await post(depsOf(t.db), payload);
  assert.deepEqual([status, body.outcome], [200, "ignored"]);
  const kept = await getDelivery(t.db, body.delivery_id);
  assert.equal(kept?.actor.trust, "untrusted");
  const plan = kept?.commands.find(({ name }) => name === "plan");
  assert.deepEqual([plan?.matched, plan?.reason], [false, kept?.reason?.replace("plan: ", "")]);
  assert.equal((await listReplies(t.db, { delivery_id: body.delivery_id })).length, 0);
});

Deno.test("a form is verified over its own bytes", async () => {
  await using t = await testDatabase();
  const form = new URLSearchParams({ payload: JSON.stringify(commentOf("@agent plan ü")) });
  const { body } = await post(depsOf(t.db), new TextEncoder().encode(form.toString()), {
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  assert.equal(body.outcome, "accepted");
});

Deno.test("every real payload is answered with 200, also with characters that Postgres refuses", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db, { settings: { trusted_users: ["*"] } });
  for (const { name, payload } of allExamples) {
    const { status, body } = await post(deps, payload, { event: name });
    assert.equal(status, 200, `${name}: ${body.detail}`);
  }
  const odd = commentOf("@agent plan a\u0000b \ud800", (p) => p.issue.title = "\u0000\udfff");
  assert.equal((await post(deps, odd)).body.outcome, "accepted");
});

Deno.test("25 MiB is the limit, counted as it comes", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => receiveWebhook(deps, "github", request),
  );
  const send = async (length: number) => {
    const empty = bytesOf(commentOf("@agent plan ")).length;
    const bytes = bytesOf(commentOf("@agent plan " + "x".repeat(length - empty)));
    assert.equal(bytes.length, length);
    const { headers } = delivery(bytes);
    // a stream: sent in chunks, without Content-Length
    const body = new Blob([bytes]).stream();
    const response = await fetch(`http://127.0.0.1:${server.addr.port}/`, {
      method: "POST",
      headers,
      body,
    });
    return { status: response.status, body: await response.json() };
  };
  try {
    const within = await send(MAX);
    assert.deepEqual([within.status, within.body.outcome], [200, "accepted"]);
    assert.equal((await send(MAX + 1)).status, 413);
    const [kept] = (await newest(t.db)).filter(({ outcome }) => outcome === "refused");
    assert.match(kept.reason!, /larger than 26214400 bytes/);
  } finally {
    await server.shutdown();
  }
});

Deno.test("a body that never ends is given up", async () => {
  await using t = await testDatabase();
  const deps = { ...depsOf(t.db), limits: { max_bytes: MAX, timeout_ms: 30 } };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (controller.desiredSize === 1) controller.enqueue(Uint8Array.of(1));
      return new Promise(() => {});
    },
  });
  const request = new Request("http://x", { method: "POST", body });
  const response = await receiveWebhook(deps, "github", request);
  assert.equal(response.status, 408);
  await response.body?.cancel();
});

Deno.test("when the database does not answer, the sender sees no success", async () => {
  const t = await testDatabase();
  const deps = depsOf(t.db);
  await t[Symbol.asyncDispose]();
  await assert.rejects(receiveWebhook(deps, "github", delivery(commentOf("@agent plan"))));
  // a refusal needs no database to be one
  const refused = await receiveWebhook(
    deps,
    "github",
    delivery(commentOf("x"), { secret: "wrong" }),
  );
  assert.equal(refused.status, 401);
  await refused.body?.cancel();
});

Deno.test("a comment that two hooks bring is one task; another comment is another", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const bring = (id: number, change: Change = {}) =>
    post(deps, commentOf("@agent plan", (p) => p.comment.id = id), change);
  const [repo, org] = await Promise.all([bring(7), bring(7)]);
  const outcomes = [repo, org].map(({ body }) => body.outcome).sort();
  assert.deepEqual(outcomes, ["accepted", "duplicate"]);
  assert.deepEqual(repo.body.task_ids, org.body.task_ids);
  assert.equal((await bring(8)).body.outcome, "accepted");
  const { count } = (await t.db.sql`select count(*)::int from tasks`)[0];
  assert.equal(count, 2);
  const repeated = (await newest(t.db)).find((d) => d.outcome === "duplicate");
  assert.match(repeated!.reason!, /the same came with/);
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

Deno.test("a question that waits is answered by the next words of somebody trusted", async () => {
  await using t = await testDatabase();
  const which = { name: "which", action: "ask" as const, template: "Which version?" };
  const deps = depsOf(t.db, { commands: [which] });
  let comments = 100;
  const say = (text: string, association = "OWNER") =>
    post(
      deps,
      commentOf(text, (p) => {
        p.comment.author_association = association;
        p.comment.id = ++comments;
      }),
    );
  await say("@agent which");
  const [asked] = await t.db.sql`select body from replies where kind = 'comment'`;
  assert.equal(asked.body, "Which version?");
  assert.equal((await say("It is 2, I think.", "NONE")).body.outcome, "ignored");
  const { body } = await say("It is version 3.");
  assert.equal(body.outcome, "accepted");
  const task = await getTask(t.db, body.task_ids[0]);
  assert.match(task!.input_message, /The question was:\n\nWhich version\?/);
  assert.match(task!.input_message, /It is version 3\./);
  const messages = await t.db.sql`
    select role, content from messages where conversation_id = ${task!.conversation_id}
    order by message_id`;
  assert.deepEqual(messages.map((m) => [m.role, m.content]), [
    ["assistant", "Which version?"],
    ["user", "It is version 3."],
  ]);
  assert.equal((await say("Version 4 is not meant.")).body.outcome, "ignored", "it is answered");
});

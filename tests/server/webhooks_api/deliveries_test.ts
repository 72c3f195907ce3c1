import assert from "node:assert/strict";
import { flushAnswerTimes } from "@/db/deliveries/answer_times.ts";
import { testServer, WEBHOOK_SECRET } from "@/tests/helpers/server.ts";
import { piecesIn, SHAPES } from "@/tests/helpers/secret_samples.ts";
import { comment, createdWebhook, knock, made } from "./scene.ts";
import { EVENTS, idsAt } from "./events.ts";

Deno.test("deliveries are found by webhook, event type and outcome, page by page", async () => {
  await using s = await testServer();
  const { id, ...webhook } = await createdWebhook(s);
  const first = await knock(s, comment("@agent plan"));
  const there = await knock(s, comment("@agent plan"), webhook);
  const quiet = await knock(s, comment("nothing"), { ...webhook, event: "issue_comment" });
  await knock(s, comment("@agent plan"), { ...webhook, secret: "wrong secret" });

  const all = await idsAt(s, `${EVENTS}/recent`);
  assert.equal(all.length, 4);
  assert.deepEqual(await idsAt(s, `${EVENTS}?webhook_id=github`), [first.delivery_id]);
  const builtin = (await s.call("GET", "/api/webhooks/github")).json.webhook_id;
  assert.deepEqual(await idsAt(s, `${EVENTS}?webhook_id=${builtin}`), [first.delivery_id]);
  assert.deepEqual(await idsAt(s, "/api/webhooks/github/events"), [first.delivery_id]);
  const own = `/api/webhooks/${id}/events`;
  assert.deepEqual(await idsAt(s, `${own}?outcome=accepted`), [there.delivery_id]);
  assert.deepEqual(await idsAt(s, `${own}?outcome=ignored`), [quiet.delivery_id]);
  assert.equal((await idsAt(s, `${own}?outcome=refused`)).length, 1);
  assert.deepEqual(await idsAt(s, `${EVENTS}?event_type=push`), []);
  assert.equal((await idsAt(s, `${EVENTS}?event_type=issue_comment.created`)).length, 3);
  assert.deepEqual(await idsAt(s, `${EVENTS}?webhook_id=${id}&provider=jira`), []);

  const page = (await s.call("GET", `${own}?limit=2`)).json;
  const rest = await idsAt(s, `${own}?limit=2&cursor=${page.next_cursor}`);
  assert.deepEqual(rest, [there.delivery_id]);
});

Deno.test("one delivery shows what came in without secrets, what it did and what was answered", async () => {
  await using s = await testServer();
  const payload = comment("@agent analyze", (p) => {
    p.installation = { access_token: "ghs_very_secret", id: 7 };
    p.hook = { config: { secret: "the hook's own", url: "https://example.com" } };
  });
  const { delivery_id, task_ids } = await knock(s, payload);
  const { json, text } = await s.call("GET", `${EVENTS}/${delivery_id}`);
  assert.equal(json.headers["x-github-event"], "issue_comment");
  assert.equal(json.headers["x-hub-signature-256"], "[redacted]");
  assert.ok(!text.includes("ghs_very_secret") && !text.includes("the hook's own"));
  const body = JSON.parse(json.body);
  assert.deepEqual([body.installation.id, body.comment.body], [7, "@agent analyze"]);
  assert.deepEqual([json.body_note, json.replay_of, json.notes], [null, null, []]);
  const [reply] = json.replies;
  assert.deepEqual(
    [reply.kind, reply.body, reply.status, reply.tries, reply.task_id],
    ["reaction", "eyes", "pending", 0, task_ids[0]],
  );
  const large = comment("@agent plan", (p) => p.filler = "x".repeat(70_000));
  const second = await knock(s, large);
  const cut = (await s.call("GET", `${EVENTS}/${second.delivery_id}`)).json;
  assert.deepEqual([cut.body, cut.body_note], [null, "it is larger than 64 KiB"]);
});

Deno.test("what we hold is shown nowhere, also where somebody outside wrote it", async () => {
  await using s = await testServer();
  const secret = WEBHOOK_SECRET;
  const token = SHAPES["a new installation token"];
  const template = "You said {{ comment.body }}";
  const action = { name: "echo", action: "comment", template };
  await made(s, "/api/webhooks/github/commands", action);
  const { delivery_id } = await knock(s, comment(`@agent echo ${secret} and ${token}.`));
  await s.db.sql`
    update replies set last_error = ${`no: ${secret}`} where delivery_id = ${delivery_id}`;
  for (
    const path of [
      `${EVENTS}/${delivery_id}`,
      `/deliveries/${delivery_id}`,
      `/deliveries/${delivery_id}/replies`,
      `/deliveries/${delivery_id}/dry-run`,
      "/webhooks/github/commands/new",
    ]
  ) {
    const { text, status } = await s.call("GET", path);
    assert.equal(status, 200, path);
    assert.deepEqual(piecesIn(text, token), [], path);
    assert.ok(!text.includes(secret), path);
  }
  const { text } = await s.call("GET", `${EVENTS}/${delivery_id}`);
  assert.match(text, /You said @agent echo \[redacted\] and \[redacted\]/);
  assert.match(text, /no: \[redacted\]/);
  const again = await s.call("POST", `${EVENTS}/${delivery_id}/replay`, { dry_run: true });
  assert.deepEqual([piecesIn(again.text, token), again.text.includes(secret)], [[], false]);
});

Deno.test("statistics tell the webhooks apart, with how long answers took", async () => {
  await using s = await testServer();
  const { id, ...webhook } = await createdWebhook(s);
  const { delivery_id } = await knock(s, comment("@agent plan"), webhook);
  await knock(s, comment("nothing"), webhook);
  await knock(s, comment("@agent plan"), { ...webhook, secret: WEBHOOK_SECRET });
  await s.call("POST", `${EVENTS}/${delivery_id}/replay`);
  await flushAnswerTimes(s.db);
  const { items } = (await s.call("GET", "/api/webhooks/stats")).json;
  const own = items.find((item: { webhook_id: string }) => item.webhook_id === id);
  const { received, accepted, ignored, refused, duplicate, invalid } = own;
  assert.deepEqual([received, accepted, ignored, refused, duplicate, invalid], [3, 1, 1, 1, 0, 0]);
  assert.ok(own.answer_ms_p50 > 0 && own.answer_ms_p99 >= own.answer_ms_p50);
  assert.equal(items[0].received, 0);
  assert.deepEqual((await s.call("GET", `/api/webhooks/${id}`)).json.stats.received, 3);
  assert.equal((await s.call("GET", "/api/webhooks/stats?hours=0")).status, 422);

  const states = (await s.call("GET", "/api/webhooks-status")).json.items;
  const github = states.find((state: { provider: string }) => state.provider === "github");
  assert.deepEqual(
    [github.is_open, github.webhooks, github.received_24h, github.refused_24h],
    [true, 2, 3, 1],
  );
  assert.equal(github.trusted_users.state, "default");
});

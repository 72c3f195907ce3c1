import assert from "node:assert/strict";
import { flushAnswerTimes } from "@/db/deliveries/answer_times.ts";
import { type TestServer, testServer, WEBHOOK_SECRET } from "@/tests/helpers/server.ts";
import { piecesIn, SHAPES } from "@/tests/helpers/secret_samples.ts";
import { comment, createdWebhook, knock, made, tokens } from "./scene.ts";

const EVENTS = "/api/webhooks/events";

const idsAt = async (s: TestServer, path: string): Promise<string[]> => {
  const { json, status } = await s.call("GET", path);
  assert.equal(status, 200, path);
  return json.items.map((item: { delivery_id: string }) => item.delivery_id);
};

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

Deno.test("a replay runs through today's commands, as a new delivery that points to the old", async () => {
  await using s = await testServer();
  const first = await knock(s, comment("@agent deploy"));
  assert.deepEqual(first.task_ids, [], "nobody knew the word");
  await made(s, "/api/webhooks/github/commands", { name: "deploy" });
  const { status, json } = await s.call("POST", `${EVENTS}/${first.delivery_id}/replay`);
  assert.deepEqual([status, json.outcome, json.replay_of], [200, "accepted", first.delivery_id]);
  assert.notEqual(json.delivery_id, first.delivery_id);
  const task = (await s.call("GET", `/api/tasks/${json.task_ids[0]}`)).json;
  assert.deepEqual([task.status, task.source_metadata.command], ["queued", "deploy"]);
  const trace = (await s.call("GET", `${EVENTS}/${json.delivery_id}`)).json;
  assert.deepEqual([trace.replay_of, trace.outcome], [first.delivery_id, "accepted"]);

  const again = await s.call("POST", `${EVENTS}/${json.delivery_id}/replay`, {});
  assert.equal(again.json.outcome, "accepted", "a replay can be replayed");
  assert.notDeepEqual(again.json.task_ids, json.task_ids);
  const audit = await s.db.sql`select subject from audit where action = 'delivery.replay'`;
  assert.equal(audit.length, 2);
});

Deno.test("a dry run says what today's commands would do, and writes nothing", async () => {
  await using s = await testServer();
  const { delivery_id } = await knock(s, comment("@agent deploy to the harbour"));
  await made(s, "/api/webhooks/github/commands", {
    name: "deploy",
    target_agent: "brain",
    reaction: "rocket",
    template: "Deploy {{issue.title}} of {{no.such.path}}",
  });
  const counted = async () => {
    const { sql } = s.db;
    const [row] = await sql`
      select (select count(*) from deliveries) d, (select count(*) from tasks) t,
        (select count(*) from replies) r, (select count(*) from command_uses) u`;
    return row;
  };
  const before = await counted();
  const run = await s.call("POST", `${EVENTS}/${delivery_id}/replay`, { dry_run: true });
  assert.equal(run.status, 200, run.text);
  assert.deepEqual(await counted(), before);
  const { json } = run;
  assert.deepEqual([json.outcome, json.delivery_id], ["accepted", delivery_id]);
  assert.equal(json.actor.trust, "trusted");
  const [task] = json.tasks;
  assert.deepEqual([task.command, task.agent, task.tool_profile], ["deploy", "brain", "read"]);
  assert.match(task.prompt, /Deploy/);
  assert.match(task.prompt, /to the harbour/);
  assert.deepEqual(json.replies, [{ command: "deploy", kind: "reaction", body: "rocket" }]);
  assert.deepEqual(json.notes, ["deploy: the payload has no no.such.path"]);
  const names = json.commands.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("deploy") && names.includes("help"));
});

Deno.test("a dry run counts no uses, and says when the limit is reached", async () => {
  await using s = await testServer({ env: { COMMANDS_PER_HOUR: "1" } });
  const { delivery_id } = await knock(s, comment("@agent analyze"));
  const dry = await s.call("POST", `${EVENTS}/${delivery_id}/replay`, { dry_run: true });
  assert.equal(dry.json.outcome, "accepted");
  assert.match(
    dry.json.notes[0],
    /analyze: it was used 1 times .* by the one who asks, and the limit is 1/,
  );
  const real = await s.call("POST", `${EVENTS}/${delivery_id}/replay`);
  assert.equal(real.json.outcome, "ignored");
});

Deno.test("what was not kept, or came in at a webhook that is gone or off, is not replayed", async () => {
  await using s = await testServer();
  const payload = comment("@agent plan");
  const { delivery_id } = await knock(s, payload);
  await knock(s, payload);
  await knock(s, payload, { secret: "a wrong secret" });
  const others = (await idsAt(s, EVENTS)).filter((id) => id !== delivery_id);
  assert.equal(others.length, 2);
  for (const id of others) {
    for (const dry_run of [true, false]) {
      const answer = await s.call("POST", `${EVENTS}/${id}/replay`, { dry_run });
      assert.equal(answer.status, 409);
      assert.match(answer.json.detail, /not kept/);
    }
  }
  await s.call("POST", "/api/webhooks/github/disable");
  assert.equal((await s.call("POST", `${EVENTS}/${delivery_id}/replay`)).status, 409);
  const dry = await s.call("POST", `${EVENTS}/${delivery_id}/replay`, { dry_run: true });
  assert.equal(dry.status, 200);

  const { id, ...webhook } = await createdWebhook(s);
  const there = await knock(s, comment("@agent plan"), webhook);
  await s.call("DELETE", `/api/webhooks/${id}`);
  const gone = await s.call("POST", `${EVENTS}/${there.delivery_id}/replay`);
  assert.equal(gone.status, 409);
  assert.match(gone.json.detail, /gone/);
});

Deno.test("words answer a question that was open when they came, in a replay as well", async () => {
  await using s = await testServer();
  const on = (text: string) => comment(text, (p) => p.issue.number = 77);
  const early = await knock(s, on("by boat"));
  const ask = { name: "ship", action: "ask", template: "How should it go?" };
  await made(s, "/api/webhooks/github/commands", ask);
  assert.equal((await knock(s, on("@agent ship"))).outcome, "accepted");
  const replayed = await s.call("POST", `${EVENTS}/${early.delivery_id}/replay`);
  assert.equal(replayed.json.outcome, "ignored", "older than the question");
  const answer = await knock(s, on("by train"));
  assert.equal(answer.task_ids.length, 1);
});

Deno.test("a draft is tried on the newest deliveries of its webhook", async () => {
  await using s = await testServer();
  const { id, ...webhook } = await createdWebhook(s, { commands: [{ name: "deploy" }] });
  const asked = await knock(s, comment("@agent deploy"), webhook);
  const quiet = await knock(s, comment("ready to ship"), webhook);
  await knock(s, comment("@agent plan", (p) => p.filler = "x".repeat(1_100_000)), webhook);
  await knock(s, comment("@agent deploy"));

  const tryOut = async (draft: unknown) => {
    const answer = await s.call("POST", `/api/webhooks/${id}/commands/dry-run`, draft);
    assert.equal(answer.status, 200, answer.text);
    return answer.json.items;
  };
  const draft = {
    name: "shipping",
    trigger: "issue_comment.created",
    conditions: { "comment.body": { contains: "ship" } },
  };
  const [newest, oldest, ...none] = await tryOut(draft);
  assert.deepEqual([newest.delivery_id, oldest.delivery_id, none], [
    quiet.delivery_id,
    asked.delivery_id,
    [],
  ]);
  assert.deepEqual(newest.tasks.map(({ command }: { command: string }) => command), ["shipping"]);
  assert.deepEqual(oldest.tasks.map(({ command }: { command: string }) => command), ["deploy"]);
  const why = oldest.commands.find(({ name }: { name: string }) => name === "shipping");
  assert.match(why.reason, /deploy/);

  const listed = (await s.call("GET", `/api/webhooks/${id}/commands/deploy`)).json;
  const renamed = await tryOut({ name: "release", command_id: listed.command_id });
  const names = renamed[1].commands.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("release") && !names.includes("deploy"), "stands in its place");
  for (const wrong of [{ name: "" }, { name: "x", command_id: 7 }, []]) {
    const refused = await s.call("POST", `/api/webhooks/${id}/commands/dry-run`, wrong);
    assert.equal(refused.status, 422);
  }
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

Deno.test("who may look may not replay", async () => {
  await using s = await testServer();
  const { viewer, operator } = await tokens(s);
  const { delivery_id } = await knock(s, comment("@agent plan"));
  const path = `${EVENTS}/${delivery_id}/replay`;
  assert.equal((await s.call("POST", path, { dry_run: true }, { token: viewer })).status, 403);
  assert.equal((await s.call("POST", path, undefined, { token: operator })).status, 200);
});

import assert from "node:assert/strict";
import { ProviderError } from "@/server/providers/provider.ts";
import { slack } from "@/server/providers/slack.ts";
import { ok, posted, recorder, refused } from "./slack_recorder.ts";

const TARGET = {
  team: "T1",
  channel: "C1",
  thread_ts: "1700000000.000100",
  message_ts: "1700000000.000200",
  user: "U1",
  response_url: null,
};
const BUTTONS = [
  { action_id: "approve", label: "Approve", value: "task-1", style: "primary" as const },
  { action_id: "answer_1", label: "x".repeat(80), value: "y".repeat(3000), style: null },
];
const METADATA = { event_type: "agent_reply", event_payload: { marker: "agent:task-1" } };

const prepared = (text: string) =>
  slack.prepare(text, { marker_id: "task-1", mentions: [], more_url: null })[0];

async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

Deno.test("an answer goes into the thread as Markdown, its marker as metadata", async () => {
  await using hub = recorder(posted());
  assert.deepEqual(await hub.sender.comment(TARGET, prepared("**Done**")), {
    comment_id: "C1:1700000009.000100",
    url: "https://app.slack.com/client/T1/C1/thread/C1-1700000000.000100",
  });
  assert.deepEqual(hub.seen, [{
    method: "POST",
    path: "chat.postMessage",
    authorization: "Bearer xoxb-t0ken",
    body: {
      channel: "C1",
      thread_ts: "1700000000.000100",
      metadata: METADATA,
      markdown_text: "**Done**",
    },
  }]);
});

Deno.test("where there is no thread, a new message begins one", async () => {
  await using hub = recorder(posted());
  const made = await hub.sender.comment({ ...TARGET, thread_ts: null }, "hi");
  assert.equal(made.url, "https://app.slack.com/client/T1/C1/thread/C1-1700000009.000100");
  assert.deepEqual(hub.seen[0].body, { channel: "C1", markdown_text: "hi" });
});

Deno.test("the thread that a message begins is named as deliveries from it name it", async () => {
  await using hub = recorder();
  const begun = (change: Record<string, unknown>, id = "C1:1700000009.000100") =>
    hub.sender.begins!({ ...TARGET, ...change }, id);
  const sample = slack.sample("thread_reply", "x".repeat(32), undefined, new Date());
  const body = sample.body.replace(/"channel":"\w+"/, '"channel":"C1"');
  const reading = slack.read(new Headers(sample.headers), new TextEncoder().encode(body));
  assert.ok(reading.kind === "event");
  const { instance, container, object, external_id } = reading.event;
  assert.deepEqual(begun({ team: container!.id, thread_ts: null }, "C1:1700000000.000100"), {
    instance,
    container_id: container!.id,
    object_id: object!.id,
    external_id,
    url: object!.url,
  });
  assert.equal(begun({}), null, "it stands in a thread");
  assert.equal(begun({ team: null, thread_ts: null }), null);
  assert.equal(begun({ channel: "#tea-shop", thread_ts: null })?.object_id, "C1:1700000009.000100");
});

Deno.test("a channel that an operator named is known by its id afterwards", async () => {
  await using hub = recorder(posted(), posted());
  const target = { ...TARGET, channel: "#tea-shop", thread_ts: null };
  const { comment_id } = await hub.sender.comment(target, "hi");
  await hub.sender.updateComment(target, comment_id, "ho");
  assert.equal(hub.seen[0].body.channel, "#tea-shop");
  assert.equal(hub.seen[1].body.channel, "C1");
  assert.equal(await hub.sender.findComment(target, "task-1", null), null);
});

Deno.test("buttons stand below the Markdown, within Slack's limits", async () => {
  await using hub = recorder(posted());
  await hub.sender.comment(TARGET, prepared("Plan <ready> & **good**"), BUTTONS);
  const { text, blocks, metadata, markdown_text } = hub.seen[0].body;
  assert.equal(markdown_text, undefined);
  assert.equal(text, "Plan &lt;ready&gt; &amp; **good**");
  assert.deepEqual(metadata, METADATA);
  assert.deepEqual(blocks[0], { type: "markdown", text: "Plan <ready> & **good**" });
  assert.equal(blocks[1].type, "actions");
  assert.deepEqual(blocks[1].elements[0], {
    type: "button",
    action_id: "approve",
    text: { type: "plain_text", text: "Approve" },
    value: "task-1",
    style: "primary",
  });
  assert.equal(blocks[1].elements[1].text.text.length, 75);
  assert.equal(blocks[1].elements[1].value.length, 2000);
  assert.ok(!("style" in blocks[1].elements[1]));
});

Deno.test("an update puts its blocks in the place of all there was: the buttons go", async () => {
  await using hub = recorder(posted(), posted());
  await hub.sender.updateComment(TARGET, "C1:1700000009.000100", prepared("Approved."));
  await hub.sender.updateComment(TARGET, "1700000009.000100", "x", BUTTONS);
  assert.deepEqual(hub.seen[0].path, "chat.update");
  assert.deepEqual(hub.seen[0].body, {
    channel: "C1",
    ts: "1700000009.000100",
    metadata: METADATA,
    text: "Approved.",
    blocks: [{ type: "markdown", text: "Approved." }],
  });
  assert.equal(hub.seen[1].body.blocks.length, 2);
});

Deno.test("Markdown that Slack cannot lay out goes out as it is written", async () => {
  await using hub = recorder(refused("invalid_blocks"), posted());
  const text = "# A & B\n\n---\n\n".repeat(300);
  await hub.sender.comment(TARGET, prepared(text), BUTTONS);
  const { blocks } = hub.seen[1].body;
  assert.equal(blocks.at(-1).type, "actions");
  const sections = blocks.slice(0, -1);
  // deno-lint-ignore no-explicit-any
  assert.ok(sections.every((block: any) => block.text.text.length <= 3000));
  assert.ok(blocks.length <= 50);
  assert.match(sections[0].text.text, /^# A &amp; B\n/);
});

const refusals: [error: string, permanent: boolean, wait: number | null, says?: RegExp][] = [
  ["ratelimited", false, 30],
  ["rate_limited", false, 30],
  ["internal_error", false, null],
  ["service_unavailable", false, null],
  ["fatal_error", false, null],
  ["request_timeout", false, null],
  ["invalid_auth", true, null, /SLACK_BOT_TOKEN is not/],
  ["token_revoked", true, null, /SLACK_BOT_TOKEN is not/],
  ["missing_scope", true, null, /SLACK_BOT_TOKEN lacks the scope chat:write/],
  ["not_in_channel", true, null, /invite the app/],
  ["channel_not_found", true, null, /no such channel/],
  ["is_archived", true, null, /archived/],
  ["something_new", true, null, /something_new/],
];
Deno.test("200 with ok:false is a failure, tried again or not by what it says", async () => {
  await using hub = recorder(
    ...refusals.map(([error]) => refused(error, { needed: "chat:write", provided: "users:read" })),
  );
  for (const [error, permanent, wait, says] of refusals) {
    const failed = await failure(hub.sender.comment(TARGET, "x"));
    assert.equal(failed.permanent, permanent, error);
    assert.equal(failed.retry_after_seconds, wait, error);
    assert.match(failed.message, new RegExp(`^Slack chat.postMessage: ${error}`));
    assert.match(failed.message, says ?? /./);
    assert.ok(!failed.message.includes("t0ken"));
  }
});

const statuses: [what: string, answer: () => Response, permanent: boolean, wait: number | null][] =
  [
    [
      "429 with retry-after",
      () => Response.json({ ok: false }, { status: 429, headers: { "retry-after": "7" } }),
      false,
      7,
    ],
    ["429 alone", () => new Response("slow down", { status: 429 }), false, 30],
    ["500", () => new Response("<html>", { status: 500 }), false, null],
    ["503", () => new Response("", { status: 503, headers: { "retry-after": "3" } }), false, 3],
    ["404", () => new Response("no such page", { status: 404 }), true, null],
    ["400", () => new Response("", { status: 400 }), true, null],
    ["a page of a proxy", () => new Response("<html>hello</html>"), false, null],
    ["ok without a message", () => ok(), false, null],
    ["null", () => new Response("null"), false, null],
  ];
for (const [what, answer, permanent, wait] of statuses) {
  Deno.test(`${what}: ${permanent ? "given up" : "tried again"}`, async () => {
    await using hub = recorder(answer());
    const failed = await failure(hub.sender.comment(TARGET, "x"));
    assert.equal(failed.permanent, permanent);
    assert.equal(failed.retry_after_seconds, wait);
  });
}

Deno.test("the token follows no redirect", async () => {
  await using other = recorder(posted());
  await using hub = recorder(() => Response.redirect(`${other.base_url}/chat.postMessage`, 307));
  const failed = await failure(hub.sender.comment(TARGET, "x"));
  assert.match(failed.message, /307 .*SLACK_API_URL/);
  assert.equal(failed.permanent, false);
  assert.equal(other.seen.length, 0);
});

Deno.test("no answer in time, and nobody there: tried again", async () => {
  const never = Promise.withResolvers<Response>();
  await using hub = recorder(() => never.promise);
  const slow = slack.connect({ base_url: hub.base_url, token: "t", timeout_ms: 50 });
  assert.equal((await failure(slow.comment(TARGET, "x"))).permanent, false);
  never.resolve(new Response());

  const gone = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const base_url = `http://127.0.0.1:${gone.addr.port}`;
  gone.close();
  const nobody = slack.connect({ base_url, token: "t" });
  assert.equal((await failure(nobody.comment(TARGET, "x"))).permanent, false);
});

Deno.test("without a token nothing is sent", async () => {
  await using hub = recorder();
  const sender = slack.connect({ base_url: hub.base_url, token: null });
  const failed = await failure(sender.comment(TARGET, "x"));
  assert.match(failed.message, /SLACK_BOT_TOKEN is not set/);
  assert.equal(failed.permanent, true);
  assert.equal(hub.seen.length, 0);
});

Deno.test("a stored target that is no place in Slack is refused before it is called", async () => {
  await using hub = recorder();
  const odd = [{ channel: "C1/../x" }, { channel: "" }, { thread_ts: "now" }, { user: "<!here>" }];
  for (const change of odd) {
    const failed = await failure(hub.sender.comment({ ...TARGET, ...change }, "x"));
    assert.equal(failed.permanent, true);
    assert.match(failed.message, /not a place in Slack/);
  }
  assert.equal((await failure(hub.sender.comment(null, "x"))).permanent, true);
  assert.match(
    (await failure(hub.sender.updateComment(TARGET, "C1:latest", "x"))).message,
    /"C1:latest" is no message/,
  );
  assert.equal(hub.seen.length, 0);
});

Deno.test("a reaction is called as Slack calls it, and may be there already", async () => {
  await using hub = recorder(ok(), ok(), refused("already_reacted"), refused("invalid_name"));
  for (const content of ["eyes", "+1", "hooray"]) await hub.sender.react!(TARGET, content);
  assert.deepEqual(hub.seen.map(({ path }) => path), Array(3).fill("reactions.add"));
  assert.deepEqual(hub.seen[0].body, {
    channel: "C1",
    timestamp: "1700000000.000200",
    name: "eyes",
  });
  assert.deepEqual(hub.seen.slice(1).map(({ body }) => body.name), ["thumbsup", "tada"]);
  assert.equal((await failure(hub.sender.react!(TARGET, "nonsense"))).permanent, true);
  const nothing = await failure(hub.sender.react!({ ...TARGET, message_ts: null }, "eyes"));
  assert.match(nothing.message, /no message to react to/);
});

Deno.test("a whisper is seen by the one who asked", async () => {
  await using hub = recorder(ok({ message_ts: "1.2" }));
  await hub.sender.whisper!(TARGET, prepared("only **you**"));
  assert.equal(hub.seen[0].path, "chat.postEphemeral");
  assert.deepEqual(hub.seen[0].body, {
    channel: "C1",
    user: "U1",
    thread_ts: "1700000000.000100",
    markdown_text: "only **you**",
  });
  const nobody = await failure(hub.sender.whisper!({ ...TARGET, user: null }, "x"));
  assert.equal(nobody.permanent, true);
});

Deno.test("a whisper to a command takes the command's own address, without our token", async () => {
  await using hub = recorder(new Response("ok"));
  const response_url = `http://${hub.host}/api/commands/T1/1/x`;
  await hub.sender.whisper!({ ...TARGET, response_url }, prepared("a < b"));
  assert.deepEqual(hub.seen, [{
    method: "POST",
    path: "commands/T1/1/x",
    authorization: null,
    body: {
      response_type: "ephemeral",
      replace_original: false,
      text: "a &lt; b",
      blocks: [{ type: "markdown", text: "a < b" }],
    },
  }]);
});

Deno.test("when that address is used up, the bot whispers; when it is busy, later", async () => {
  const used = () => Response.json({ ok: false, error: "used_url" }, { status: 404 });
  await using hub = recorder(used(), ok({ message_ts: "1.2" }), new Response("", { status: 503 }));
  const target = { ...TARGET, response_url: `http://${hub.host}/api/commands/T1/1/x` };
  await hub.sender.whisper!(target, "x");
  assert.deepEqual(hub.seen.map(({ path }) => path), ["commands/T1/1/x", "chat.postEphemeral"]);
  assert.equal((await failure(hub.sender.whisper!(target, "x"))).permanent, false);
});

Deno.test("an address outside of Slack is never called, even when it was stored", async () => {
  await using elsewhere = recorder(new Response("ok"));
  await using hub = recorder(ok({ message_ts: "1.2" }));
  const response_url = `http://${elsewhere.host}/x`;
  await hub.sender.whisper!({ ...TARGET, response_url }, "x");
  assert.equal(elsewhere.seen.length, 0);
  assert.equal(hub.seen[0].path, "chat.postEphemeral");
});

const me = () => ok({ user_id: "U0AGENT", team_id: "T1", bot_id: "B1", user: "agent" });
const message = (ts: string, user: string, marker: string) => ({
  ts,
  user,
  metadata: { event_type: "agent_reply", event_payload: { marker } },
});

Deno.test("our message is found again by its marker, over pages, and only if it is ours", async () => {
  const first = [
    { ts: "1.1", user: "U1" },
    message("1.2", "U0OTHER", "agent:task-1"),
    message("1.3", "U0AGENT", "agent:task-1.2"),
  ];
  await using hub = recorder(
    ok({ messages: first, response_metadata: { next_cursor: "bmV4dA==" } }),
    me(),
    ok({ messages: [message("1.5", "U0AGENT", "agent:task-1")] }),
  );
  const since = new Date("2026-01-02T03:04:05Z");
  assert.equal(await hub.sender.findComment(TARGET, "task-1", since), "C1:1.5");
  const asked = "conversations.replies?channel=C1&ts=1700000000.000100&oldest=1767322445" +
    "&include_all_metadata=true&limit=200";
  assert.deepEqual(hub.seen.map(({ path }) => path), [
    asked,
    "auth.test",
    `${asked}&cursor=bmV4dA%3D%3D`,
  ]);
  assert.equal(hub.seen[0].method, "GET");
});

Deno.test("without a thread the channel is searched; no message of ours is null", async () => {
  await using hub = recorder(ok({ messages: [], response_metadata: { next_cursor: "" } }));
  const target = { ...TARGET, thread_ts: null };
  assert.equal(await hub.sender.findComment(target, "task-1", null), null);
  assert.equal(
    hub.seen[0].path,
    "conversations.history?channel=C1&include_all_metadata=true&limit=200",
  );
});

Deno.test("who we are comes from the token: the id is what we are mentioned by", async () => {
  await using hub = recorder(me());
  const own = await hub.sender.whoAmI!();
  assert.deepEqual(own, { id: "U0AGENT", name: "U0AGENT" });
  assert.deepEqual(slack.mentions(own.name), ["<@U0AGENT>"]);
});

Deno.test("full members are the people of our workspace: no guests, bots or strangers", async () => {
  const one = (id: string, more = {}) => ({ id, team_id: "T1", deleted: false, ...more });
  const page = (members: unknown[], next_cursor = "") =>
    ok({ members, response_metadata: { next_cursor } });
  await using hub = recorder(
    me(),
    page([
      one("U1"),
      one("U2", { deleted: true }),
      one("U3", { is_bot: true }),
      one("U4", { is_restricted: true }),
      one("U5", { is_restricted: true, is_ultra_restricted: true }),
      one("U6", { is_stranger: true }),
      one("U7", { team_id: "T2" }),
      one("U8", { team_id: undefined }),
      one("USLACKBOT"),
    ], "next"),
    // a rate limit in the middle is waited out
    new Response("", { status: 429, headers: { "retry-after": "0" } }),
    page([one("U9", { is_admin: true })]),
  );
  assert.deepEqual(await hub.sender.fullMembers!(), ["U1", "U9"]);
  assert.deepEqual(hub.seen.map(({ path }) => path), [
    "auth.test",
    "users.list?limit=200",
    "users.list?limit=200&cursor=next",
    "users.list?limit=200&cursor=next",
  ]);
});

Deno.test("that members cannot be listed is said, with the scope", async () => {
  await using hub = recorder(me(), refused("missing_scope", { needed: "users:read" }));
  const failed = await failure(hub.sender.fullMembers!());
  assert.match(failed.message, /users.list: missing_scope: .*scope users:read/);
  assert.equal(failed.permanent, true);
});

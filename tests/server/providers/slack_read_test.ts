import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import type { DeliveryEvent, Reading } from "@/server/providers/provider.ts";
import { readCommand } from "@/server/webhooks/matching/read_command.ts";
import { createVocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import { normalise } from "@/server/webhooks/matching/normalise.ts";
import { assertLinear, cpuTime } from "@/tests/helpers/cpu_time.ts";

// deno-lint-ignore no-explicit-any -- payloads are of any shape, and tests break them on purpose
type Payload = any;
type Read = Exclude<Reading, { kind: "unreadable" }>;

const encode = (text: string) => new TextEncoder().encode(text);
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const readRaw = (body: string | Uint8Array, type = JSON_TYPE) =>
  slack.read(
    new Headers({ "content-type": type }),
    typeof body === "string" ? encode(body) : body,
  );

function read(body: string, type = JSON_TYPE): Read {
  const reading = readRaw(body, type);
  if (reading.kind === "unreadable") assert.fail(reading.reason);
  return reading;
}
const unreadable = (body: string | Uint8Array, type = JSON_TYPE): string => {
  const reading = readRaw(body, type);
  return reading.kind === "unreadable" ? reading.reason : assert.fail("it was read");
};

/** A message in channel C1 by U1, changed where the test needs it. */
function callback(event: Payload, more: Payload = {}): string {
  const ts = "1700000000.000100";
  const said = { type: "app_mention", user: "U1", text: "hi", channel: "C1", ts, event_ts: ts };
  return JSON.stringify({
    type: "event_callback",
    team_id: "T1",
    api_app_id: "A1",
    event_id: "Ev1",
    event: { ...said, team: "T1", ...event },
    ...more,
  });
}
const eventOf = (event: Payload, more: Payload = {}): DeliveryEvent =>
  read(callback(event, more)).event;

const COMMAND = {
  team_id: "T1",
  team_domain: "harbour",
  channel_id: "C1",
  user_id: "U1",
  user_name: "nora",
  command: "/agent",
  text: "analyze this",
  response_url: "https://hooks.slack.com/commands/T1/1/x",
  trigger_id: "1.2.abc",
};
const command = (change: Payload = {}) =>
  read(new URLSearchParams({ ...COMMAND, ...change }).toString(), FORM_TYPE);

function interaction(change: Payload): Read {
  const payload = {
    type: "block_actions",
    team: { id: "T1", domain: "harbour" },
    user: { id: "U1", username: "nora", team_id: "T1" },
    channel: { id: "C1", name: "tea-shop" },
    container: { type: "message", message_ts: "1700000000.000200", channel_id: "C1" },
    message: { ts: "1700000000.000200", thread_ts: "1700000000.000100", bot_id: "B1" },
    response_url: "https://hooks.slack.com/actions/T1/1/x",
    trigger_id: "1.2.abc",
    actions: [{ type: "button", action_id: "approve", value: "task-1" }],
    ...change,
  };
  return read(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), FORM_TYPE);
}

Deno.test("a mention says who wrote what where, and where the answer goes", () => {
  const { kind, event } = read(callback({ text: "<@U0AGENT> analyze" }));
  assert.equal(kind, "event");
  assert.deepEqual(event, {
    event_type: "app_mention",
    provider_delivery_id: "Ev1",
    dedupe_id: "Ev1",
    text_key: "C1:1700000000.000100",
    event_key: "C1:1700000000.000100:U1::1700000000.000100",
    instance: "slack.com",
    container: { id: "T1", name: "T1" },
    object: {
      id: "C1:1700000000.000100",
      kind: "thread",
      title: "analyze",
      url: "https://app.slack.com/client/T1/C1/thread/C1-1700000000.000100",
    },
    external_id: "T1:C1:1700000000.000100",
    actor: { id: "U1", name: "U1", association: null, is_bot: false },
    text: "<@U0AGENT> analyze",
    no_text_reason: null,
    addressed: false,
    text_url: "https://app.slack.com/client/T1/C1/thread/C1-1700000000.000100",
    context: null,
    via_app_id: null,
    signs: { ids: ["C1:1700000000.000100"], marker: null, kind: "post" },
    reply_target: {
      team: "T1",
      channel: "C1",
      thread_ts: "1700000000.000100",
      message_ts: "1700000000.000100",
      user: "U1",
      response_url: null,
    },
    is_fork: null,
  });
});

Deno.test("a mention that comes as two events is one text", () => {
  const mention = eventOf({ type: "app_mention" });
  const message = eventOf({ type: "message", channel_type: "channel" }, { event_id: "Ev2" });
  assert.notEqual(mention.dedupe_id, message.dedupe_id);
  assert.equal(mention.text_key, message.text_key);
  assert.deepEqual(mention.object, message.object);
});

Deno.test("a retry is the same delivery, whatever its headers say", () => {
  const headers = new Headers({ "content-type": JSON_TYPE, "x-slack-retry-num": "1" });
  const again = slack.read(headers, encode(callback({})));
  assert.deepEqual(again, read(callback({})));
});

Deno.test("a reply in a thread belongs to the thread, and reactions go to the reply", () => {
  const reply = { thread_ts: "1700000000.000100", ts: "1700000055.000000" };
  const { object, external_id, reply_target, text_key } = eventOf(reply);
  assert.equal(object?.id, "C1:1700000000.000100");
  assert.equal(external_id, "T1:C1:1700000000.000100");
  assert.equal(text_key, "C1:1700000055.000000");
  assert.equal(reply_target?.thread_ts, "1700000000.000100");
  assert.equal(reply_target?.message_ts, "1700000055.000000");
});

Deno.test("in a direct message everything is addressed to us", () => {
  const direct = { type: "message", channel: "D1", channel_type: "im" };
  assert.equal(eventOf(direct).addressed, true);
  assert.equal(eventOf({ type: "message", channel_type: "channel" }).addressed, false);
  assert.equal(eventOf({ ...direct, subtype: "message_changed" }).addressed, false);
});

Deno.test("only what somebody writes anew is text", () => {
  const said = [{ type: "app_mention" }, { type: "message" }];
  const as = (subtype: string) => ({ type: "message", subtype });
  for (const event of [...said, as("file_share"), as("thread_broadcast")]) {
    assert.equal(eventOf(event).text, "hi");
  }
  const told = ["message_changed", "message_deleted", "bot_message", "channel_join", "me_message"];
  for (const subtype of told) {
    const { event_type, text, text_key, no_text_reason } = eventOf(as(subtype));
    assert.equal(event_type, `message.${subtype}`);
    assert.equal(text, null);
    assert.equal(text_key, null);
    assert.match(no_text_reason!, new RegExp(`message.${subtype} creates no text`));
  }
  const edited = eventOf({ type: "app_mention", edited: { user: "U1", ts: "1700000001.0" } });
  assert.equal(edited.text, null);
  assert.match(edited.no_text_reason!, /edited/);
});

Deno.test("a changed or deleted message is found where it stands", () => {
  const inner = { ts: "1700000000.000100", thread_ts: "1699999999.000100", user: "U1" };
  const outer = { type: "message", user: null, ts: "1700000090.000000" };
  const changed = eventOf({ ...outer, subtype: "message_changed", message: inner });
  const deleted = eventOf({ ...outer, subtype: "message_deleted", previous_message: inner });
  for (const { object, actor } of [changed, deleted]) {
    assert.equal(object?.id, "C1:1699999999.000100");
    assert.equal(actor.id, "U1");
  }
});

Deno.test("apps are bots, whether or not they say so by a subtype", () => {
  const shown = [
    { bot_id: "B1" },
    { bot_profile: { id: "B1", app_id: "A9" } },
    { app_id: "A9" },
    { subtype: "bot_message", user: null, bot_id: "B1" },
    { user: "USLACKBOT" },
    { subtype: "message_changed", message: { bot_id: "B1", user: "U9", ts: "1.2" } },
  ];
  for (const change of shown) {
    const { actor } = eventOf({ type: "message", ...change });
    assert.equal(actor.is_bot, true, JSON.stringify(change));
  }
  assert.equal(eventOf({ bot_profile: { app_id: "A9" } }).via_app_id, "A9");
  assert.equal(eventOf({ app_id: "A9" }).via_app_id, "A9");
  assert.equal(eventOf({ subtype: "bot_message", user: null, bot_id: "B1" }).actor.id, "B1");
});

Deno.test("whoever writes from another workspace is no member of ours", () => {
  const strangers = [
    eventOf({}, { is_ext_shared_channel: true }),
    eventOf({ user_team: "T2" }),
    eventOf({ source_team: "T2" }),
    eventOf({ team: "T2" }),
    interaction({ user: { id: "U1", team_id: "T2" } }).event,
  ];
  for (const { actor } of strangers) assert.equal(actor.association, "SHARED_CHANNEL");
  const ours = [
    eventOf({}, { is_ext_shared_channel: false }),
    interaction({}).event,
    command().event,
  ];
  for (const { actor } of ours) assert.equal(actor.association, null);
});

Deno.test("who is not named is still not nobody", () => {
  const { actor } = eventOf({ type: "channel_rename", user: undefined, channel: { id: "C1" } });
  assert.deepEqual(actor, {
    id: null,
    name: "somebody unnamed",
    association: null,
    is_bot: false,
  });
});

Deno.test("text comes in as people read it", () => {
  const cases: [string, string][] = [
    ["a &lt;b&gt; &amp; c", "a <b> & c"],
    ["&amp;lt;", "&lt;"],
    ["<@U1|nora> and <@U2>", "<@U1> and <@U2>"],
    ["<#C1|general> <#C2>", "#general <#C2>"],
    ["<!here> <!subteam^S1|@team> <!date^1^{date}|today>", "@here @team today"],
    ["<https://a.example/x?a=1&amp;b=2|the plan>", "the plan (https://a.example/x?a=1&b=2)"],
    ["<https://a.example/x> <http://a.example|a.example>", "https://a.example/x http://a.example"],
    ["<mailto:a@b.example|a@b.example>", "a@b.example"],
    ["&lt;@U0AGENT&gt; fix", "<\u200b@U0AGENT> fix"],
    ["<https://a.example|&lt;@U1&gt;>", "<\u200b@U1> (https://a.example)"],
    ["&lt;!-- x --&gt; <> < >", "<!-- x --> <> < >"],
    ["a < b\nand c > d", "a < b\nand c > d"],
  ];
  for (const [raw, readable] of cases) assert.equal(eventOf({ text: raw }).text, readable);
  assert.equal(eventOf({ text: null }).text, "");
});

Deno.test("the title is the first words, without mentions", () => {
  const title = (text: string) => eventOf({ text }).object?.title;
  assert.equal(title("<@U0AGENT>  Why is\nthis slow?"), "Why is this slow?");
  assert.equal(title("word ".repeat(100)), "word ".repeat(16).trim() + "…");
  assert.equal(title("<@U0AGENT>"), "C1:1700000000.000100");
});

Deno.test("teams, channels and threads never share a flow", () => {
  const ids = [
    eventOf({}),
    eventOf({}, { team_id: "T2" }),
    eventOf({ channel: "C2" }),
    eventOf({ ts: "1700000000.000101" }),
    command().event,
  ].map(({ container, object }) => `${container?.id} ${object?.id}`);
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("a slash command is all addressed to us, and its answer is seen", () => {
  const reading = command({ text: "analyze &amp; fix" });
  assert.ok(reading.kind === "event" && reading.shows_answer);
  assert.deepEqual(reading.answer, { content_type: "text/plain", body: "" });
  const { event } = reading;
  assert.equal(event.event_type, "slash_command");
  assert.equal(event.text, "analyze & fix");
  assert.equal(event.addressed, true);
  assert.equal(event.dedupe_id, "1.2.abc");
  assert.equal(event.external_id, "T1:C1:1.2.abc");
  assert.deepEqual(event.container, { id: "T1", name: "harbour" });
  assert.deepEqual(event.reply_target, {
    team: "T1",
    channel: "C1",
    thread_ts: null,
    message_ts: null,
    user: "U1",
    response_url: "https://hooks.slack.com/commands/T1/1/x",
  });
  // display names are chosen by whoever bears them, so nobody is known by one
  assert.deepEqual(event.actor, { id: "U1", name: "U1", association: null, is_bot: false });
  assert.equal((reading.payload as Payload).command, "/agent");
});

Deno.test("a form with odd keys harms nobody, and two fields of one name are refused", () => {
  const { payload } = command({ __proto__: null, constructor: "x" });
  assert.equal((payload as Payload).constructor, "x");
  assert.equal(read("__proto__=x&ssl_check=1", FORM_TYPE).event.event_type, "ssl_check");
  assert.match(unreadable("text=a&text=b", FORM_TYPE), /"text" is there twice/);
  assert.match(unreadable("payload={}&payload={}", FORM_TYPE), /"payload" is there twice/);
  assert.match(unreadable("text=%ff", FORM_TYPE), /not UTF-8/);
  assert.match(unreadable("a&".repeat(5000), FORM_TYPE), /twice|over 100/);
  assert.match(unreadable("command=/agent", FORM_TYPE), /team_id/);
  assert.match(unreadable("payload=" + "x".repeat(6e6), FORM_TYPE), /over 5242880 bytes/);
});

Deno.test("only Slack's own address is kept for an answer", () => {
  const others = [
    "http://hooks.slack.com/x",
    "https://hooks.slack.com.example.org/x",
    "https://hooks.slack.com:444/x",
    "https://hooks.slack.com@127.0.0.1/x",
    "https://user@hooks.slack.com/x",
    "https://127.0.0.1/",
    "//hooks.slack.com/x",
    "file:///etc/passwd",
  ];
  for (const response_url of others) {
    assert.equal(command({ response_url }).event.reply_target?.response_url, null, response_url);
  }
});

Deno.test("a button decides, or answers our question", () => {
  const press = (action_id: string, value?: string) =>
    interaction({ actions: [{ action_id, value }] }).event;
  const approve = press("approve", "task-1");
  assert.equal(approve.event_type, "block_actions.approve");
  assert.equal(approve.text, "approve task-1");
  assert.equal(approve.addressed, true);
  assert.equal(approve.object?.id, "C1:1700000000.000100");
  assert.equal(approve.reply_target?.message_ts, "1700000000.000200");
  assert.equal(press("reject").text, "reject");
  assert.equal(press("answer_2", "the second one").text, "the second one");
  for (const other of ["approve_all", "open", ""]) {
    const event = press(other, "@agent fix");
    assert.equal(event.text, null);
    assert.equal(event.addressed, false);
  }
  assert.equal(press("open").event_type, "block_actions.open");
  assert.equal(press("a b\nc").event_type, "block_actions");
});

Deno.test("interactions are answered as Slack wants it: with nothing, or with no choices", () => {
  const empty = { content_type: "text/plain", body: "" };
  for (const type of ["block_actions", "view_submission", "dialog_submission", "shortcut"]) {
    const reading = interaction({ type });
    assert.deepEqual(reading.answer, empty);
    assert.ok(reading.kind === "event" && !reading.shows_answer, "nobody sees that answer");
  }
  for (const type of ["block_suggestion", "dialog_suggestion"]) {
    assert.deepEqual(interaction({ type }).answer, {
      content_type: JSON_TYPE,
      body: '{"options":[]}',
    });
  }
});

Deno.test("a shortcut on a message carries its text as context, not as a command", () => {
  const message = { ts: "1.2", user: "U2", text: "<@U0AGENT> fix" };
  const { event } = interaction({ type: "message_action", message });
  assert.equal(event.text, null);
  assert.equal(event.context?.body, "<@U0AGENT> fix");
  assert.equal(event.context?.author.id, "U2");
});

Deno.test("Slack's challenge is echoed, and its certificate check is answered", () => {
  const challenge = read(JSON.stringify({ type: "url_verification", challenge: "3eZbrw" }));
  assert.equal(challenge.kind, "ping");
  assert.deepEqual(challenge.answer, { content_type: "text/plain", body: "3eZbrw" });
  const check = read("ssl_check=1&token=x", FORM_TYPE);
  assert.equal(check.kind, "ping");
  assert.deepEqual(check.answer, { content_type: "text/plain", body: "" });
  assert.match(unreadable('{"type":"url_verification"}'), /challenge/);
});

Deno.test("that we are limited is an event without a person", () => {
  const { kind, event } = read(
    '{"type":"app_rate_limited","team_id":"T1","minute_rate_limited":1518467820}',
  );
  assert.equal(kind, "event");
  assert.equal(event.event_type, "app_rate_limited");
  assert.match(event.dedupe_id, /^sha256:[0-9a-f]{32}$/);
  assert.deepEqual(event.actor, { id: null, name: null, association: null, is_bot: false });
});

Deno.test("what cannot be read says why, and nothing throws", () => {
  assert.match(unreadable("{"), /not JSON/);
  assert.match(unreadable("\ufeff{}"), /byte order mark/);
  assert.match(unreadable(Uint8Array.of(0xff)), /not UTF-8/);
  assert.match(unreadable("null"), /body/);
  assert.match(unreadable("[]"), /body/);
  assert.match(unreadable("{}"), /^type: /);
  assert.match(unreadable('{"type":"event_callback","event_id":"Ev1"}'), /^event: /);
  assert.match(unreadable(callback({}, { event_id: undefined })), /^event_id: /);
  assert.match(unreadable(callback({ bot_id: 7 })), /^event.bot_id: /);
  assert.match(unreadable("payload=%7B", FORM_TYPE), /not JSON/);
  const odd: Payload[] = [{}, 7, "x", [], null, { id: {} }, "a".repeat(100_000)];
  const names = ["user", "channel", "ts", "thread_ts", "message", "item", "root", "event_ts"];
  for (const name of names) {
    for (const value of odd) readRaw(callback({ [name]: value }));
  }
  assert.equal(eventOf({ channel: "C1:evil" }).text, null);
});

const SLACK_MENTION = "<@U0AGENT>";
const vocabulary = createVocabulary(
  ["analyze", "plan", "fix", "review"].map((name) => ({
    name,
    aliases: [],
    line_start_only: false,
    whole_texts: [],
  })),
);
function asks(text: string) {
  const event = eventOf({ text });
  return readCommand(event.text, {
    mentions: ["@agent", ...slack.mentions("U0AGENT")],
    vocabulary,
    addressed: event.addressed,
    default_command: null,
    unknown_command: null,
    hide: slack.hide,
  })?.name ?? null;
}

Deno.test("we are mentioned by id; code and quotes of Slack's own kind ask for nothing", () => {
  const cases: [string, string | null][] = [
    [`${SLACK_MENTION} analyze`, "analyze"],
    ["<@U0AGENT|agent> analyze", "analyze"],
    ["Hello <@U0AGENT>, plan this", "plan"],
    ["<@U0AGENT>\u00a0plan", "plan"],
    ["<@U0OTHER> analyze", null],
    ["&lt;@U0AGENT&gt; analyze", null],
    ["`<@U0AGENT> fix`", null],
    ["`a` <@U0AGENT> fix `b`", "fix"],
    ["say ```<@U0AGENT> fix``` <@U0AGENT> plan", "plan"],
    ["```\n<@U0AGENT> fix", null],
    ["&gt; <@U0AGENT> fix", null],
    ["&gt; <@U0AGENT> fix\n<@U0AGENT> plan", "plan"],
    ["&gt;&gt;&gt; a\n\n<@U0AGENT> fix", null],
    ["a &gt; b <@U0AGENT> fix", "fix"],
    ["    <@U0AGENT> fix", "fix"],
    ["@agent review", "review"],
    ["<mailto:me@agent.com|me@agent.com> fix", null],
  ];
  for (const [text, wanted] of cases) assert.equal(asks(text), wanted, text);
});

Deno.test("hiding keeps every place, and takes time by length alone", async () => {
  const text = normalise("> a\nb `c` ```d\ne``` f\n>>> g\nh", ["@agent"]);
  const hidden = slack.hide(text);
  assert.equal(hidden.length, text.length);
  assert.equal(hidden.replace(/[ \ufffc]/g, ""), "\nb\nf\n\n");
  for (const unit of ["<", "<a|", "`", "``` ", "> ", " >", "&lt;@U", "<@U1|", "\n> `a"]) {
    const work = (length: number) => slack.hide(unit.repeat(length / unit.length));
    await assertLinear(JSON.stringify(unit), work, [250_000, 1_000_000]);
  }
});

Deno.test("what no message can be long enough for costs no more than a long one", async () => {
  const body = callback({ text: "a &amp; <@U1> `x` ".repeat(1_000_000) });
  let length = 0;
  const parsing = await cpuTime(() => JSON.parse(body));
  const reading = await cpuTime(() => length = read(body).event.text!.length);
  assert.ok(length <= 100_000);
  assert.ok(reading < 200 + 10 * parsing, `${reading} ms, of which ${parsing} ms to parse it`);
});

Deno.test("every sample is read, and says what it was given", () => {
  const now = new Date();
  for (const name of Object.keys(slack.samples)) {
    const { headers, body } = slack.sample(name, "s3cr3t", undefined, now);
    const reading = slack.read(new Headers(headers), encode(body));
    assert.notEqual(reading.kind, "unreadable", name);
  }
  const sample = (name: string, text?: string) => {
    const { headers, body } = slack.sample(name, "s3cr3t", text, now);
    return read(body, headers["content-type"]).event;
  };
  assert.equal(sample("app_mention", "<@U0AGENT> a < b & c").text, "<@U0AGENT> a < b & c");
  assert.match(sample("app_mention").text!, /^@agent analyze /);
  assert.notEqual(sample("app_mention").text_key, sample("app_mention").text_key);
  assert.equal(sample("button").text, "approve");
  assert.equal(sample("guest_mention").actor.association, "SHARED_CHANNEL");
  assert.equal(sample("self_test").text, null);
});

const folder = new URL("../../../../shared/fixtures/slack/", import.meta.url);
const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
const missing = files.length > 0 ? "" : " (../shared/fixtures is absent: nothing to try)";
const fixture = async (name: string): Promise<Read> => {
  const text = await Deno.readTextFile(new URL(name, folder));
  const { raw_body } = JSON.parse(text);
  if (raw_body) return read(raw_body, FORM_TYPE);
  const is_event = /^(event_callback|url_verification)/.test(name);
  return is_event ? read(text) : read(new URLSearchParams({ payload: text }).toString(), FORM_TYPE);
};

Deno.test(`each real payload is read, with the event type of its name${missing}`, async () => {
  for (const name of files) {
    const { event, kind } = await fixture(name);
    const named = name.replace(/(\.\d+)?(\.form)?\.json$/, "");
    const wanted = named.replace(/^event_callback\./, "");
    assert.equal(event.event_type.replace(/^block_actions\..*/, "block_actions"), wanted, name);
    assert.equal(kind, named === "url_verification" ? "ping" : "event", name);
    assert.match(event.dedupe_id, /^(Ev\w+|[\w.]+|sha256:[0-9a-f]{32})$/);
  }
});

const T = "T111:C111";
const wanted: Record<string, [external_id: string | null, text: string | null]> = {
  "event_callback.app_mention.json": [`${T}:1595926230.009600`, "<@W111> Hi there!"],
  "event_callback.app_mention.4.json": [
    "T_INSTALLED:C111:1595926230.009600",
    "<@W111> Hi there!",
  ],
  "event_callback.message.2.json": [`${T}:1596183880.004200`, "Hello World!"],
  "event_callback.message.6.json": [
    `${T}:1610261539.000900`,
    "Hi there! Thanks for sharing the info!",
  ],
  "event_callback.message.file_share.json": ["T111:G111:1610493715.001000", "Here is your file!"],
  "event_callback.message.thread_broadcast.json": [`${T}:1633663824.000500`, "Hi there!"],
  "event_callback.message.message_changed.json": [`${T}:1665102338.901939`, null],
  "event_callback.message.message_deleted.json": [`${T}:1665368619.804829`, null],
  "event_callback.message.bot_message.json": [`${T}:1658282075.825129`, null],
  "event_callback.reaction_added.json": [`${T}:1599529504.000400`, null],
  "event_callback.member_joined_channel.json": [T, null],
  "event_callback.app_uninstalled.json": [null, null],
  "slash_command.form.json": [`${T}:111.111.xxx`, "Hi"],
  "block_actions.form.json": [`${T}:111.222`, null],
  "block_actions.3.json": [T, null],
  "message_action.json": [`${T}:1583636382.000300`, null],
  "interactive_message.form.json": ["T111:C222:1520965348.000538", null],
  "view_submission.json": ["T111:view:V111", null],
};
Deno.test(`external ids and texts of real payloads${missing}`, async () => {
  if (files.length === 0) return;
  for (const [name, [external_id, text]] of Object.entries(wanted)) {
    const { event } = await fixture(name);
    assert.equal(event.external_id, external_id, name);
    assert.equal(event.text, text, name);
  }
  assert.equal((await fixture("event_callback.message.6.json")).event.actor.is_bot, true);
  assert.equal((await fixture("event_callback.message.6.json")).event.via_app_id, "A222");
});

const shared = new URL("../command_cases.json", folder);
const table = await Deno.readTextFile(shared).then(JSON.parse, () => null);
Deno.test(`the shared table, as far as it is about Slack${missing}`, () => {
  // deno-lint-ignore no-explicit-any
  for (const { text, want } of (table?.cases ?? []).filter((c: any) => c.provider === "slack")) {
    const name = asks(text);
    assert.deepEqual(name ? [name] : [], want, text);
  }
});

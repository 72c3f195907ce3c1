import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import {
  callback,
  command,
  encode,
  eventOf,
  JSON_TYPE,
  read,
} from "@/tests/server/providers/slack_payloads.ts";

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

import assert from "node:assert/strict";
import {
  callback,
  eventOf,
  FORM_TYPE,
  type Payload,
  read,
  readRaw,
  unreadable,
} from "@/tests/server/providers/slack_payloads.ts";

Deno.test("Slack's challenge is echoed, and its certificate check is answered", () => {
  const challenge = read(JSON.stringify({ type: "url_verification", challenge: "3eZbrw" }));
  assert.equal(challenge.kind, "ping");
  assert.deepEqual(challenge.answer, { content_type: "text/plain", body: "3eZbrw" });
  const check = read("ssl_check=1&token=x", FORM_TYPE);
  assert.equal(check.kind, "ping");
  assert.deepEqual(check.answer, { content_type: "text/plain", body: "" });
  assert.match(unreadable('{"type":"url_verification"}'), /challenge/);
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

import assert from "node:assert/strict";
import {
  command,
  FORM_TYPE,
  type Payload,
  read,
  unreadable,
} from "@/tests/server/providers/slack_payloads.ts";

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

import assert from "node:assert/strict";
import { eventOf } from "@/tests/server/providers/slack_payloads.ts";

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

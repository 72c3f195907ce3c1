import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import { encode, read } from "@/tests/server/providers/slack_payloads.ts";

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

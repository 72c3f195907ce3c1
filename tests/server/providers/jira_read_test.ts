import assert from "node:assert/strict";
import { jira } from "@/server/providers/jira.ts";
import { CLOUD, comment, event } from "@/tests/server/providers/jira_payloads.ts";

Deno.test("a comment on Cloud is read: who, where, what, and where an answer goes", () => {
  const read = event(comment(), { "x-atlassian-webhook-identifier": "delivery-1" });
  assert.deepEqual(read, {
    event_type: "comment_created",
    provider_delivery_id: "delivery-1",
    dedupe_id: "delivery-1@harbour.atlassian.net",
    text_key: "comment:501",
    event_key: "comment_created:comment:501",
    instance: "harbour.atlassian.net",
    container: { id: "site", name: "TEA" },
    object: {
      id: "10012",
      kind: "issue",
      title: "Wrong total",
      url: `${CLOUD}/browse/TEA-12`,
      name: "TEA-12",
    },
    external_id: "TEA-12",
    actor: { id: "5f00a1", name: "5f00a1", association: null, is_bot: false },
    text: "@agent plan it",
    no_text_reason: null,
    addressed: false,
    text_url: `${CLOUD}/browse/TEA-12?focusedCommentId=501`,
    context: {
      title: "Wrong total",
      body: "The coupon is taken off twice.",
      author: { id: "5f00a1", name: "5f00a1", association: null, is_bot: false },
    },
    people: new Map(),
    via_app_id: null,
    signs: { ids: ["501"], marker: null, kind: "unmarked" },
    reply_target: {
      site: "harbour.atlassian.net",
      issue_id: "10012",
      issue_key: "TEA-12",
      internal: false,
      visibility_type: null,
      visibility_value: null,
    },
    is_fork: null,
    news: null,
  });
});

Deno.test("events about no issue are read too", () => {
  const read = event({ webhookEvent: "jira:version_released", version: { id: "1", name: "2.0" } });
  assert.deepEqual([read.event_type, read.object, read.container, read.reply_target], [
    "jira:version_released",
    { id: "version:1", kind: "version", title: "2.0", url: null },
    { id: "site", name: "Jira" },
    null,
  ]);
});

Deno.test("samples say what they are said to say", () => {
  const now = new Date();
  const read = (name: string, text?: string) => {
    const { headers, body } = jira.sample(name, "secret", text, now);
    return event(new TextEncoder().encode(body), headers);
  };
  assert.equal(
    read("comment").text,
    "@agent analyze where the coupon is taken off the second time",
  );
  assert.equal(read("comment", "@agent help").text, "@agent help");
  assert.notEqual(read("comment").text_key, read("comment").text_key);
  assert.equal(read("issue_created").event_type, "jira:issue_created");
  assert.equal(read("assigned").text, null);
  assert.equal(read("customer_comment").actor.association, "CUSTOMER");
  assert.equal(read("self_test").event_type, "jira:version_released");
});

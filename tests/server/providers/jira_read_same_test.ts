import assert from "node:assert/strict";
import { comment, created, event, flowOf } from "@/tests/server/providers/jira_payloads.ts";

Deno.test("a comment that Data Center reports twice is one text on one issue", () => {
  const site = "http://jira.harbour.example:8080";
  const author = { name: "nora", key: "JIRAUSER10100", displayName: "Nora" };
  const { issue: _none, ...alone } = comment({ author, jsdPublic: undefined }, site);
  const update = {
    ...comment({ author, jsdPublic: undefined }, site),
    webhookEvent: "jira:issue_updated",
    issue_event_type_name: "issue_commented",
    user: author,
  };
  const [first, second] = [event(alone), event(update)];
  assert.deepEqual([first.text, second.text], ["@agent plan it", "@agent plan it"]);
  assert.equal(first.text_key, second.text_key);
  assert.equal(flowOf(first), flowOf(second));
  assert.deepEqual([first.external_id, second.external_id], ["10012", "TEA-12"]);
  assert.deepEqual(first.actor, {
    id: "JIRAUSER10100",
    name: "nora",
    association: null,
    is_bot: false,
  });
  assert.notEqual(first.dedupe_id, second.dedupe_id);
});

Deno.test("an issue that moves to another project stays the same; another site's is another", () => {
  const here = event(comment());
  const moved = comment();
  moved.issue.key = "SHOP-3";
  moved.issue.fields.project = { id: "10002", key: "SHOP", projectTypeKey: "software" };
  assert.equal(flowOf(event(moved)), flowOf(here));
  const elsewhere = event(comment({}, "https://island.atlassian.net"));
  assert.notEqual(flowOf(elsewhere), flowOf(here));
  const below = event(comment({}, "https://harbour.example/jira-a"));
  const beside = event(comment({}, "https://harbour.example/jira-b"));
  assert.equal(below.instance, "harbour.example/jira-a");
  assert.notEqual(flowOf(below), flowOf(beside));
});

Deno.test("two webhooks that report one change give it one name", () => {
  const update = created({ webhookEvent: "jira:issue_updated" });
  assert.equal(event(update).event_key, "jira:issue_updated:10012:900");
  const other = created({ webhookEvent: "jira:issue_updated", changelog: { id: 901 } });
  assert.equal(event(other).event_key, "jira:issue_updated:10012:901");
  const silent = created({ webhookEvent: "jira:issue_updated", changelog: null });
  assert.equal(event(silent).event_key, null);
});

Deno.test("attempts have one id, also without Jira's header; other sites have others", () => {
  const headers = { "x-atlassian-webhook-identifier": "7" };
  assert.equal(event(comment(), headers).dedupe_id, event(comment(), headers).dedupe_id);
  const elsewhere = event(comment({}, "https://island.atlassian.net"), headers);
  assert.notEqual(elsewhere.dedupe_id, event(comment(), headers).dedupe_id);
  assert.match(event(comment()).provider_delivery_id, /^sha256:[0-9a-f]{32}$/);
  assert.equal(event(comment()).dedupe_id, event(comment()).dedupe_id);
  assert.notEqual(event(comment()).dedupe_id, event(comment({ id: "502" })).dedupe_id);
});

Deno.test("numbers and strings are the same id", () => {
  const numbered = comment({ id: 501 });
  numbered.issue.id = 10012;
  const [a, b] = [event(numbered), event(comment())];
  assert.deepEqual([a.text_key, a.object?.id], [b.text_key, b.object?.id]);
});

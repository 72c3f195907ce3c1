import assert from "node:assert/strict";
import {
  allExamples,
  commentOf,
  example,
  type Payload,
  readEvent,
} from "@/tests/server/webhooks/samples.ts";

Deno.test("a text has one name, whichever hook brings it; an attempt has its own id", () => {
  const payload = commentOf("x");
  const [repo, org] = [payload, { ...payload, organization: { id: 1 }, installation: { id: 2 } }]
    .map((one) => readEvent("issue_comment", one));
  assert.equal(repo.text_key, `issue_comment:${payload.comment.id}`);
  assert.equal(org.text_key, repo.text_key);
  assert.equal(org.event_key, repo.event_key);
  assert.notEqual(org.dedupe_id, repo.dedupe_id);
  assert.equal(repo.dedupe_id, repo.provider_delivery_id);
});

Deno.test("every text has a name, and only texts have", () => {
  const names = new Set<string>();
  for (const { name, payload } of allExamples) {
    const { text, text_key } = readEvent(name, payload);
    assert.equal(text === null, text_key === null, name);
    if (text_key) names.add(text_key.split(":")[0]);
  }
  const all = ["issue", "issue_comment", "pull_request", "review", "review_comment"];
  assert.deepEqual([...names].sort(), all);
});

Deno.test("two things that happened have two names, as far as they have any", () => {
  const labeled = example("issues.labeled");
  const key = (change: (payload: Payload) => void, name = "issues", from = labeled) => {
    const payload = structuredClone(from);
    change(payload);
    return readEvent(name, payload).event_key;
  };
  const same = key(() => {});
  assert.ok(same?.startsWith(`issues.labeled:${labeled.issue.id}:`));
  assert.equal(key((p) => p.installation = { id: 5 }), same);
  const others = [
    key((p) => p.label.id++),
    key((p) => p.issue.id++),
    key((p) => p.issue.updated_at = "2030-01-01T00:00:00Z"),
    key((p) => p.action = "unlabeled"),
  ];
  assert.equal(new Set([same, ...others]).size, 5);
  assert.equal(key((p) => delete p.issue.updated_at), null);
  assert.equal(key((p) => p.issue.updated_at = "x".repeat(1000)), null);
  const run = example("check_run.completed");
  assert.ok(key(() => {}, "check_run", run));
  assert.equal(key((p) => p.action = "rerequested", "check_run", run), null);
});

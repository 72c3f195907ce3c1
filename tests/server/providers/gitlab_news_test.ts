import assert from "node:assert/strict";
import { gitlab } from "@/server/providers/gitlab.ts";
import { bytesOf, hook, issueEvent, type Payload } from "./gitlab_payloads.ts";

const SHA = "a".repeat(40);
const PROJECT = {
  id: 5,
  path_with_namespace: "group/tools",
  web_url: "https://gitlab.com/group/tools",
};

function news(name: string, payload: Payload) {
  const reading = gitlab.read(hook(name), bytesOf(payload));
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  return reading.event.news;
}

const merge = (action: string, attributes: Payload = {}, changes: Payload = {}): Payload => ({
  object_kind: "merge_request",
  user: { id: 1, username: "nora" },
  project: PROJECT,
  object_attributes: {
    id: 90,
    iid: 7,
    title: "Mend it",
    description: "As planned.",
    source_branch: "agent/7-it",
    last_commit: { id: SHA },
    action,
    ...attributes,
  },
  changes,
});

Deno.test("the ends of a merge request, its pushes and its texts are news", () => {
  const of = (kind: string) => ({ kind, number: 7, commit: SHA, branch: "agent/7-it", data: {} });
  assert.deepEqual(news("Merge Request Hook", merge("merge")), of("merged"));
  assert.deepEqual(news("Merge Request Hook", merge("close")), of("closed"));
  assert.deepEqual(news("Merge Request Hook", merge("reopen")), of("reopened"));
  const pushed = merge("update", { oldrev: "b".repeat(40) });
  assert.deepEqual(news("Merge Request Hook", pushed), of("pushed"));
  const edited = merge("update", {}, { description: { previous: "x", current: "y" } });
  assert.deepEqual(news("Merge Request Hook", edited), {
    kind: "text_edited",
    number: 7,
    commit: null,
    branch: null,
    data: { title: "Mend it", description: "As planned." },
  });
  const issue = issueEvent("update");
  const named = { ...issue, changes: { title: { previous: "a", current: "b" } } };
  assert.equal(news("Issue Hook", named)?.kind, "text_edited");
});

Deno.test("a pipeline is news when it has ended, and by a whole commit alone", () => {
  const pipeline = (status: string, sha = SHA): Payload => ({
    object_kind: "pipeline",
    project: PROJECT,
    object_attributes: { id: 8, iid: 2, ref: "agent/7-it", sha, status },
  });
  assert.deepEqual(news("Pipeline Hook", pipeline("failed")), {
    kind: "checks",
    number: null,
    commit: SHA,
    branch: "agent/7-it",
    data: { conclusion: "failed" },
  });
  for (const odd of [pipeline("running"), pipeline("failed", "--x"), pipeline("toString")]) {
    assert.equal(news("Pipeline Hook", odd), null);
  }
});

Deno.test("labels, other actions and odd words are no news", () => {
  const labels = merge("update", {}, { labels: { previous: [], current: [] } });
  for (const odd of [labels, merge("approved"), merge("toString"), merge("merge", { iid: "x" })]) {
    const told = news("Merge Request Hook", odd);
    assert.ok(told === null || told?.number === null);
  }
});

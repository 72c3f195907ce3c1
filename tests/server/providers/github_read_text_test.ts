import assert from "node:assert/strict";
import { allExamples, commentOf, example, readEvent } from "@/tests/server/webhooks/samples.ts";

Deno.test("only events that create text have text", () => {
  const texts = new Set<string>();
  for (const { name, payload } of allExamples) {
    const event = readEvent(name, payload);
    if (event.text !== null) texts.add(event.event_type);
    assert.equal(event.text === null, event.no_text_reason !== null, event.event_type);
  }
  assert.deepEqual([...texts].sort(), [
    "issue_comment.created",
    "issues.opened",
    "pull_request.opened",
    "pull_request_review.submitted",
    "pull_request_review_comment.created",
  ]);
});

Deno.test("the text is the one this event created, not the one it carries along", () => {
  const comment = commentOf("the comment");
  comment.issue.body = "the issue";
  const event = readEvent("issue_comment", comment);
  assert.equal(event.text, "the comment");
  assert.equal(event.context?.body, "the issue");

  const edited = { ...comment, action: "edited" };
  assert.equal(readEvent("issue_comment", edited).text, null);

  const labeled = example("issues.labeled");
  labeled.issue.body = "@agent plan";
  assert.equal(readEvent("issues", labeled).text, null);
});

Deno.test("an empty description is an empty text", () => {
  const opened = example("issues.opened");
  opened.issue.body = null;
  assert.equal(readEvent("issues", opened).text, "");
});

Deno.test("an issue that was moved here brings no text of its sender", () => {
  const opened = example("issues.opened");
  opened.sender.id += 1;
  const event = readEvent("issues", opened);
  assert.equal(event.text, null);
  assert.match(event.no_text_reason!, /other than the sender/);
});

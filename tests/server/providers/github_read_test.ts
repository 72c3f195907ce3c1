import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import {
  allExamples,
  bytesOf,
  commentOf,
  example,
  headersOf,
  readEvent,
} from "@/tests/server/webhooks/samples.ts";

Deno.test("a comment on a pull request belongs to the same object as the pull request", () => {
  const comment = commentOf("x", (p) => {
    p.issue.pull_request = { url: "https://api.github.com/x" };
    p.issue.number = 2;
  });
  const on_issue = readEvent("issue_comment", comment);
  const opened = readEvent("pull_request", example("pull_request.opened"));
  assert.equal(on_issue.external_id, opened.external_id);
  assert.equal(on_issue.object?.url, opened.object?.url);
  assert.equal(on_issue.reply_target?.is_pull_request, true);
});

Deno.test("addresses are built from names and numbers, not taken from the payload", () => {
  const comment = commentOf("x", (p) => {
    p.comment.html_url = p.issue.html_url = "https://evil.example/";
    p.issue.comments_url = "http://169.254.169.254/";
  });
  const event = readEvent("issue_comment", comment);
  assert.equal(event.object?.url, "https://github.com/Codertocat/Hello-World/issues/1");
  assert.equal(event.text_url, `${event.object?.url}#issuecomment-${comment.comment.id}`);
  assert.ok(!JSON.stringify(event).includes("evil.example"));
  assert.ok(!JSON.stringify(event).includes("169.254"));
});

Deno.test("a fork is told by its head, also when the fork is gone", () => {
  const opened = example("pull_request.opened");
  assert.equal(readEvent("pull_request", opened).is_fork, false);
  opened.pull_request.head.repo.full_name = "stranger/Hello-World";
  assert.equal(readEvent("pull_request", opened).is_fork, true);
  opened.pull_request.head.repo = null;
  assert.equal(readEvent("pull_request", opened).is_fork, true);
});

Deno.test("a deleted account is nobody", () => {
  const event = readEvent("issue_comment", commentOf("x", (p) => p.comment.user = null));
  assert.deepEqual(event.actor, { id: null, name: null, association: "OWNER", is_bot: false });
});

Deno.test("a review comment is answered in its thread and liked by its own id", () => {
  const payload = example("pull_request_review_comment.created");
  payload.comment.in_reply_to_id = 77;
  const target = readEvent("pull_request_review_comment", payload).reply_target;
  assert.equal(target?.comment_id, payload.comment.id);
  assert.equal(target?.thread_comment_id, 77);
});

Deno.test("a check of a commit is answered on its pull request", () => {
  const event = readEvent("check_run", example("check_run.completed"));
  assert.deepEqual([event.reply_target?.number, event.reply_target?.is_pull_request], [2, true]);
  assert.equal(event.context, null);
});

Deno.test("the payload is handed on for conditions and templates", () => {
  const payload = commentOf("x");
  const reading = github.read(headersOf("issue_comment"), bytesOf(payload));
  assert.deepEqual(reading.kind === "event" && reading.payload, payload);
});

Deno.test("ping is known, with and without a repository", () => {
  for (const { payload } of allExamples.filter(({ name }) => name === "ping")) {
    assert.equal(github.read(headersOf("ping"), bytesOf(payload)).kind, "ping");
  }
  assert.equal(github.read(headersOf("ping"), bytesOf({ zen: "x", hook_id: 1 })).kind, "ping");
});

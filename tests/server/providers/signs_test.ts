/** The id that a sender gives to a post is the one by which a delivery tells of it. */
import assert from "node:assert/strict";
import { startGithubRecorder } from "@/server/demo/github_recorder.ts";
import { github } from "@/server/providers/github.ts";
import { gitlab } from "@/server/providers/gitlab.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { example, type Payload, readEvent } from "@/tests/server/webhooks/samples.ts";
import { bytesOf, noteOnIssue, noteOnMergeRequest } from "./gitlab_payloads.ts";
import { gitlabRecorder } from "./gitlab_recorder.ts";

const BODY = "<!-- agent:t1 -->\nDone.";
const post = (id: string) => ({ ids: [id], marker: "t1", kind: "post" });

Deno.test("GitHub: comments below an issue and in a review thread, as they are and edited", async () => {
  await using stack = new AsyncDisposableStack();
  const { url, close } = startGithubRecorder();
  stack.defer(close);
  const sender = github.connect({ base_url: url, token: "t" });
  for (const name of ["issue_comment", "pull_request_review_comment"]) {
    const payload: Payload = example(`${name}.created`);
    const { reply_target } = readEvent(name, payload);
    const { comment_id } = await sender.comment(reply_target, BODY);
    Object.assign(payload.comment, { id: Number(/\d+$/.exec(comment_id)), body: BODY });
    assert.deepEqual(readEvent(name, payload).signs, post(comment_id));
    const edited = { ...payload, action: "edited", changes: {} };
    assert.deepEqual(readEvent(name, edited).signs, post(comment_id), "edited");
  }
  for (const name of ["issues", "pull_request"]) {
    const payload: Payload = example(`${name}.labeled`);
    const { signs, reply_target } = readEvent(name, payload);
    const noted = sender.noted!(reply_target, "label", [payload.label.name]);
    assert.deepEqual(signs, { ids: noted, marker: null, kind: "deed" });
  }
  assert.equal(readEvent("issues", example("issues.assigned")).signs, null);
});

function gitlabEvent(payload: Payload): DeliveryEvent {
  const reading = gitlab.read(new Headers({ "x-gitlab-event": "Note Hook" }), bytesOf(payload));
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  return reading.event;
}

Deno.test("GitLab: notes on issues, merge requests and commits, and in threads", async () => {
  await using recorder = gitlabRecorder();
  const sha = "0123456789abcdef0123456789abcdef01234567";
  const on_commit = noteOnIssue({ issue: undefined, commit: { id: sha, title: "Round" } }, {
    noteable_type: "Commit",
    commit_id: sha,
    discussion_id: "d1",
  });
  const in_thread = noteOnIssue({}, { type: "DiscussionNote" });
  for (const payload of [noteOnIssue(), noteOnMergeRequest(), in_thread, on_commit]) {
    const { reply_target } = gitlabEvent(payload);
    const { comment_id } = await recorder.sender.comment(reply_target, BODY);
    const [note_id, discussion_id] = comment_id.split("/").reverse();
    Object.assign(payload.object_attributes, { id: Number(note_id), note: BODY });
    if (discussion_id) Object.assign(payload.object_attributes, { discussion_id });
    for (const action of ["create", "update"]) {
      Object.assign(payload.object_attributes, { action });
      assert.deepEqual(gitlabEvent(payload).signs, post(comment_id), action);
    }
  }
  const by_gitlab = noteOnIssue({}, { system: true });
  assert.equal(gitlabEvent(by_gitlab).signs, null, "what GitLab itself writes");
});

import assert from "node:assert/strict";
import { json, recorder, TARGET } from "@/tests/server/providers/github_reply_scene.ts";

Deno.test("a comment is created, and changed by its id", async () => {
  await using hub = recorder(
    json(201, { id: 5, html_url: "https://github.com/octo/hello/issues/7#issuecomment-5" }),
    json(200, { id: 5 }),
  );
  const made = await hub.sender.comment(TARGET, "on it");
  assert.deepEqual(made, {
    comment_id: "5",
    url: "https://github.com/octo/hello/issues/7#issuecomment-5",
  });
  await hub.sender.updateComment(TARGET, made.comment_id, "done");
  const authorization = "Bearer t0ken";
  assert.deepEqual(hub.seen, [
    {
      method: "POST",
      path: "/repos/octo/hello/issues/7/comments",
      authorization,
      body: { body: "on it" },
    },
    {
      method: "PATCH",
      path: "/repos/octo/hello/issues/comments/5",
      authorization,
      body: { body: "done" },
    },
  ]);
});

Deno.test("a reaction goes to what was written: comment, review comment, issue, review", async () => {
  const on = ["issue_comment", "review_comment", "issue", "review"];
  await using hub = recorder(...on.map(() => json(201, { id: 1 })));
  for (const place of on) await hub.sender.react!({ ...TARGET, on: place }, "eyes");
  assert.deepEqual(hub.seen.map(({ path }) => path), [
    "/repos/octo/hello/issues/comments/99/reactions",
    "/repos/octo/hello/pulls/comments/99/reactions",
    "/repos/octo/hello/issues/7/reactions",
    "/repos/octo/hello/issues/7/reactions",
  ]);
  assert.deepEqual(hub.seen[0].body, { content: "eyes" });
});

import assert from "node:assert/strict";
import { json, recorder, TARGET } from "@/tests/server/providers/github_reply_scene.ts";

const IN_THREAD = {
  ...TARGET,
  is_pull_request: true,
  on: "review_comment",
  comment_id: 50,
  thread_comment_id: 40,
};

Deno.test("a review comment is answered in its thread, and the answer changed there", async () => {
  await using hub = recorder(json(201, { id: 9 }), json(200, {}));
  const made = await hub.sender.comment(IN_THREAD, "on it");
  await hub.sender.updateComment(IN_THREAD, made.comment_id, "done");
  assert.deepEqual(hub.seen.map(({ method, path }) => `${method} ${path}`), [
    "POST /repos/octo/hello/pulls/7/comments/40/replies",
    "PATCH /repos/octo/hello/pulls/comments/9",
  ]);
});

Deno.test("a thread that is gone is answered below the pull request", async () => {
  const gone = json(404, { message: "Not Found" });
  await using hub = recorder(gone, json(201, { id: 9 }), json(200, {}));
  const made = await hub.sender.comment(IN_THREAD, "on it");
  await hub.sender.updateComment(IN_THREAD, made.comment_id, "done");
  assert.deepEqual(hub.seen.map(({ path }) => path).slice(1), [
    "/repos/octo/hello/issues/7/comments",
    "/repos/octo/hello/issues/comments/9",
  ]);
});

Deno.test("our answer to a review is looked for in its threads, then below", async () => {
  const me = () => json(200, { id: 1, login: "agent" });
  const body = "<!-- agent:task-1 -->";
  const list = () => json(200, [{ id: 9, body, user: { id: 1 } }]);
  await using hub = recorder(me(), list(), me(), json(200, []), list());
  assert.equal(await hub.sender.findComment(IN_THREAD, "task-1", null), "review_comment:9");
  assert.equal(await hub.sender.findComment(IN_THREAD, "task-1", null), "9");
  const query = "?per_page=100&page=1";
  assert.deepEqual(hub.seen.map(({ path }) => path).filter((path) => path !== "/user"), [
    `/repos/octo/hello/pulls/7/comments${query}`,
    `/repos/octo/hello/pulls/7/comments${query}`,
    `/repos/octo/hello/issues/7/comments${query}`,
  ]);
});

Deno.test("labels are added to the issue or pull request", async () => {
  await using hub = recorder(json(200, []));
  await hub.sender.label!(IN_THREAD, ["bug", "agent"]);
  assert.deepEqual([hub.seen[0].path, hub.seen[0].body], [
    "/repos/octo/hello/issues/7/labels",
    { labels: ["bug", "agent"] },
  ]);
});

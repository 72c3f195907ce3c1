import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { json, recorder, TARGET } from "@/tests/server/providers/github_reply_scene.ts";

Deno.test("our comment is found again by its marker, over pages, and only if it is ours", async () => {
  const me = json(200, { id: 1, login: "agent" });
  const page = Array.from({ length: 100 }, (_, i) => ({ id: i + 10, body: "x", user: { id: 2 } }));
  const [body] = github.prepare("answer", { marker_id: "task-1", mentions: [], more_url: null });
  page[4] = { id: 14, body, user: { id: 2 } };
  await using hub = recorder(me, json(200, page), json(200, [{ id: 500, body, user: { id: 1 } }]));
  const since = new Date("2026-01-02T03:04:05Z");
  assert.equal(await hub.sender.findComment(TARGET, "task-1", since), "500");
  assert.deepEqual(hub.seen.map(({ path }) => path), [
    "/user",
    "/repos/octo/hello/issues/7/comments?per_page=100&page=1&since=2026-01-02T02:54:05.000Z",
    "/repos/octo/hello/issues/7/comments?per_page=100&page=2&since=2026-01-02T02:54:05.000Z",
  ]);
});

Deno.test("no comment of ours is null", async () => {
  await using hub = recorder(json(200, { id: 1, login: "agent" }), json(200, []));
  assert.equal(await hub.sender.findComment(TARGET, "task-1", null), null);
});

Deno.test("who we are comes from the token", async () => {
  await using hub = recorder(json(200, { id: 1, login: "agent-for-octo" }));
  assert.deepEqual(await hub.sender.whoAmI!(), { id: "1", name: "agent-for-octo" });
});

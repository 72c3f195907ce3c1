import assert from "node:assert/strict";
import { ok, recorder } from "./slack_recorder.ts";
import { me, TARGET } from "./slack_reply_scene.ts";

const message = (ts: string, user: string, marker: string) => ({
  ts,
  user,
  metadata: { event_type: "agent_reply", event_payload: { marker } },
});

Deno.test("our message is found again by its marker, over pages, and only if it is ours", async () => {
  const first = [
    { ts: "1.1", user: "U1" },
    message("1.2", "U0OTHER", "agent:task-1"),
    message("1.3", "U0AGENT", "agent:task-1.2"),
  ];
  await using hub = recorder(
    ok({ messages: first, response_metadata: { next_cursor: "bmV4dA==" } }),
    me(),
    ok({ messages: [message("1.5", "U0AGENT", "agent:task-1")] }),
  );
  const since = new Date("2026-01-02T03:04:05Z");
  assert.equal(await hub.sender.findComment(TARGET, "task-1", since), "C1:1.5");
  const asked = "conversations.replies?channel=C1&ts=1700000000.000100&oldest=1767322445" +
    "&include_all_metadata=true&limit=200";
  assert.deepEqual(hub.seen.map(({ path }) => path), [
    asked,
    "auth.test",
    `${asked}&cursor=bmV4dA%3D%3D`,
  ]);
  assert.equal(hub.seen[0].method, "GET");
});

Deno.test("without a thread the channel is searched; no message of ours is null", async () => {
  await using hub = recorder(ok({ messages: [], response_metadata: { next_cursor: "" } }));
  const target = { ...TARGET, thread_ts: null };
  assert.equal(await hub.sender.findComment(target, "task-1", null), null);
  assert.equal(
    hub.seen[0].path,
    "conversations.history?channel=C1&include_all_metadata=true&limit=200",
  );
});

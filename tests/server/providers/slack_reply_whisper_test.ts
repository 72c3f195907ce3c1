import assert from "node:assert/strict";
import { ok, recorder, refused } from "./slack_recorder.ts";
import { failure, prepared, TARGET } from "./slack_reply_scene.ts";

Deno.test("a reaction is called as Slack calls it, and may be there already", async () => {
  await using hub = recorder(ok(), ok(), refused("already_reacted"), refused("invalid_name"));
  for (const content of ["eyes", "+1", "hooray"]) await hub.sender.react!(TARGET, content);
  assert.deepEqual(hub.seen.map(({ path }) => path), Array(3).fill("reactions.add"));
  assert.deepEqual(hub.seen[0].body, {
    channel: "C1",
    timestamp: "1700000000.000200",
    name: "eyes",
  });
  assert.deepEqual(hub.seen.slice(1).map(({ body }) => body.name), ["thumbsup", "tada"]);
  assert.equal((await failure(hub.sender.react!(TARGET, "nonsense"))).permanent, true);
  const nothing = await failure(hub.sender.react!({ ...TARGET, message_ts: null }, "eyes"));
  assert.match(nothing.message, /no message to react to/);
});

Deno.test("a whisper is seen by the one who asked", async () => {
  await using hub = recorder(ok({ message_ts: "1.2" }));
  await hub.sender.whisper!(TARGET, prepared("only **you**"));
  assert.equal(hub.seen[0].path, "chat.postEphemeral");
  assert.deepEqual(hub.seen[0].body, {
    channel: "C1",
    user: "U1",
    thread_ts: "1700000000.000100",
    markdown_text: "only **you**",
  });
  const nobody = await failure(hub.sender.whisper!({ ...TARGET, user: null }, "x"));
  assert.equal(nobody.permanent, true);
});

Deno.test("a whisper to a command takes the command's own address, without our token", async () => {
  await using hub = recorder(new Response("ok"));
  const response_url = `http://${hub.host}/api/commands/T1/1/x`;
  await hub.sender.whisper!({ ...TARGET, response_url }, prepared("a < b"));
  assert.deepEqual(hub.seen, [{
    method: "POST",
    path: "commands/T1/1/x",
    authorization: null,
    body: {
      response_type: "ephemeral",
      replace_original: false,
      text: "a &lt; b",
      blocks: [{ type: "markdown", text: "a < b" }],
    },
  }]);
});

Deno.test("when that address is used up, the bot whispers; when it is busy, later", async () => {
  const used = () => Response.json({ ok: false, error: "used_url" }, { status: 404 });
  await using hub = recorder(used(), ok({ message_ts: "1.2" }), new Response("", { status: 503 }));
  const target = { ...TARGET, response_url: `http://${hub.host}/api/commands/T1/1/x` };
  await hub.sender.whisper!(target, "x");
  assert.deepEqual(hub.seen.map(({ path }) => path), ["commands/T1/1/x", "chat.postEphemeral"]);
  assert.equal((await failure(hub.sender.whisper!(target, "x"))).permanent, false);
});

Deno.test("an address outside of Slack is never called, even when it was stored", async () => {
  await using elsewhere = recorder(new Response("ok"));
  await using hub = recorder(ok({ message_ts: "1.2" }));
  const response_url = `http://${elsewhere.host}/x`;
  await hub.sender.whisper!({ ...TARGET, response_url }, "x");
  assert.equal(elsewhere.seen.length, 0);
  assert.equal(hub.seen[0].path, "chat.postEphemeral");
});

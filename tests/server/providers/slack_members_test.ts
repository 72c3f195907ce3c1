import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import { ok, recorder, refused } from "./slack_recorder.ts";
import { failure, me } from "./slack_reply_scene.ts";

Deno.test("who we are comes from the token: the id is what we are mentioned by", async () => {
  await using hub = recorder(me());
  const own = await hub.sender.whoAmI!();
  assert.deepEqual(own, { id: "U0AGENT", name: "U0AGENT" });
  assert.deepEqual(slack.mentions(own.name), ["<@U0AGENT>"]);
});

Deno.test("full members are the people of our workspace: no guests, bots or strangers", async () => {
  const one = (id: string, more = {}) => ({ id, team_id: "T1", deleted: false, ...more });
  const page = (members: unknown[], next_cursor = "") =>
    ok({ members, response_metadata: { next_cursor } });
  await using hub = recorder(
    me(),
    page([
      one("U1"),
      one("U2", { deleted: true }),
      one("U3", { is_bot: true }),
      one("U4", { is_restricted: true }),
      one("U5", { is_restricted: true, is_ultra_restricted: true }),
      one("U6", { is_stranger: true }),
      one("U7", { team_id: "T2" }),
      one("U8", { team_id: undefined }),
      one("USLACKBOT"),
    ], "next"),
    // a rate limit in the middle is waited out
    new Response("", { status: 429, headers: { "retry-after": "0" } }),
    page([one("U9", { is_admin: true })]),
  );
  assert.deepEqual(await hub.sender.fullMembers!(), ["U1", "U9"]);
  assert.deepEqual(hub.seen.map(({ path }) => path), [
    "auth.test",
    "users.list?limit=200",
    "users.list?limit=200&cursor=next",
    "users.list?limit=200&cursor=next",
  ]);
});

Deno.test("that members cannot be listed is said, with the scope", async () => {
  await using hub = recorder(me(), refused("missing_scope", { needed: "users:read" }));
  const failed = await failure(hub.sender.fullMembers!());
  assert.match(failed.message, /users.list: missing_scope: .*scope users:read/);
  assert.equal(failed.permanent, true);
});

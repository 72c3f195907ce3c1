import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import { ok, posted, recorder, refused } from "./slack_recorder.ts";
import { failure, TARGET } from "./slack_reply_scene.ts";

const refusals: [error: string, permanent: boolean, wait: number | null, says?: RegExp][] = [
  ["ratelimited", false, 30],
  ["rate_limited", false, 30],
  ["internal_error", false, null],
  ["service_unavailable", false, null],
  ["fatal_error", false, null],
  ["request_timeout", false, null],
  ["invalid_auth", true, null, /SLACK_BOT_TOKEN is not/],
  ["token_revoked", true, null, /SLACK_BOT_TOKEN is not/],
  ["missing_scope", true, null, /SLACK_BOT_TOKEN lacks the scope chat:write/],
  ["not_in_channel", true, null, /invite the app/],
  ["channel_not_found", true, null, /no such channel/],
  ["is_archived", true, null, /archived/],
  ["something_new", true, null, /something_new/],
];
Deno.test("200 with ok:false is a failure, tried again or not by what it says", async () => {
  await using hub = recorder(
    ...refusals.map(([error]) => refused(error, { needed: "chat:write", provided: "users:read" })),
  );
  for (const [error, permanent, wait, says] of refusals) {
    const failed = await failure(hub.sender.comment(TARGET, "x"));
    assert.equal(failed.permanent, permanent, error);
    assert.equal(failed.retry_after_seconds, wait, error);
    assert.match(failed.message, new RegExp(`^Slack chat.postMessage: ${error}`));
    assert.match(failed.message, says ?? /./);
    assert.ok(!failed.message.includes("t0ken"));
  }
});

const statuses: [what: string, answer: () => Response, permanent: boolean, wait: number | null][] =
  [
    [
      "429 with retry-after",
      () => Response.json({ ok: false }, { status: 429, headers: { "retry-after": "7" } }),
      false,
      7,
    ],
    ["429 alone", () => new Response("slow down", { status: 429 }), false, 30],
    ["500", () => new Response("<html>", { status: 500 }), false, null],
    ["503", () => new Response("", { status: 503, headers: { "retry-after": "3" } }), false, 3],
    ["404", () => new Response("no such page", { status: 404 }), true, null],
    ["400", () => new Response("", { status: 400 }), true, null],
    ["a page of a proxy", () => new Response("<html>hello</html>"), false, null],
    ["ok without a message", () => ok(), false, null],
    ["null", () => new Response("null"), false, null],
  ];
for (const [what, answer, permanent, wait] of statuses) {
  Deno.test(`${what}: ${permanent ? "given up" : "tried again"}`, async () => {
    await using hub = recorder(answer());
    const failed = await failure(hub.sender.comment(TARGET, "x"));
    assert.equal(failed.permanent, permanent);
    assert.equal(failed.retry_after_seconds, wait);
  });
}

Deno.test("the token follows no redirect", async () => {
  await using other = recorder(posted());
  await using hub = recorder(() => Response.redirect(`${other.base_url}/chat.postMessage`, 307));
  const failed = await failure(hub.sender.comment(TARGET, "x"));
  assert.match(failed.message, /307 .*SLACK_API_URL/);
  assert.equal(failed.permanent, false);
  assert.equal(other.seen.length, 0);
});

Deno.test("no answer in time, and nobody there: tried again", async () => {
  const never = Promise.withResolvers<Response>();
  await using hub = recorder(() => never.promise);
  const slow = slack.connect({ base_url: hub.base_url, token: "t", timeout_ms: 50 });
  assert.equal((await failure(slow.comment(TARGET, "x"))).permanent, false);
  never.resolve(new Response());

  const gone = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const base_url = `http://127.0.0.1:${gone.addr.port}`;
  gone.close();
  const nobody = slack.connect({ base_url, token: "t" });
  assert.equal((await failure(nobody.comment(TARGET, "x"))).permanent, false);
});

Deno.test("without a token nothing is sent", async () => {
  await using hub = recorder();
  const sender = slack.connect({ base_url: hub.base_url, token: null });
  const failed = await failure(sender.comment(TARGET, "x"));
  assert.match(failed.message, /SLACK_BOT_TOKEN is not set/);
  assert.equal(failed.permanent, true);
  assert.equal(hub.seen.length, 0);
});

Deno.test("a stored target that is no place in Slack is refused before it is called", async () => {
  await using hub = recorder();
  const odd = [{ channel: "C1/../x" }, { channel: "" }, { thread_ts: "now" }, { user: "<!here>" }];
  for (const change of odd) {
    const failed = await failure(hub.sender.comment({ ...TARGET, ...change }, "x"));
    assert.equal(failed.permanent, true);
    assert.match(failed.message, /not a place in Slack/);
  }
  assert.equal((await failure(hub.sender.comment(null, "x"))).permanent, true);
  assert.match(
    (await failure(hub.sender.updateComment(TARGET, "C1:latest", "x"))).message,
    /"C1:latest" is no message/,
  );
  assert.equal(hub.seen.length, 0);
});

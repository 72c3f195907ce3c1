import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import {
  failure,
  inSeconds,
  json,
  recorder,
  TARGET,
} from "@/tests/server/providers/github_reply_scene.ts";

const refusals: [string, Response, boolean, number | null][] = [
  ["429 with retry-after", json(429, {}, { "retry-after": "7" }), false, 7],
  ["429 that says nothing", new Response("slow down", { status: 429 }), false, 60],
  ["403 with retry-after", json(403, {}, { "retry-after": "30" }), false, 30],
  [
    "403 by the message alone",
    json(403, {
      message: "You have exceeded a secondary rate limit.",
    }),
    false,
    60,
  ],
  [
    "403 for want of rights",
    json(403, {
      message: "Resource not accessible by integration",
    }, { "x-ratelimit-remaining": "4999", "x-ratelimit-reset": inSeconds(900) }),
    true,
    null,
  ],
  ["401", json(401, { message: "Bad credentials" }), true, null],
  ["404", json(404, { message: "Not Found" }), true, null],
  ["410", json(410, { message: "Issues are disabled" }), true, null],
  ["422", json(422, { message: "Validation Failed", errors: ["body is too long"] }), true, null],
  ["500", new Response("<html>", { status: 500 }), false, null],
  ["503 with retry-after", json(503, {}, { "retry-after": "3" }), false, 3],
];
for (const [what, answer, permanent, retry_after_seconds] of refusals) {
  Deno.test(`${what}: ${permanent ? "given up" : "tried again"}`, async () => {
    await using hub = recorder(answer);
    const error = await failure(hub.sender.comment(TARGET, "x"));
    assert.equal(error.permanent, permanent);
    assert.equal(error.retry_after_seconds, retry_after_seconds);
    assert.match(
      error.message,
      new RegExp(`POST /repos/octo/hello/issues/7/comments: ${error.status}`),
    );
  });
}

Deno.test("403 with nothing left of the rate limit waits for its reset", async () => {
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": inSeconds(120) };
  await using hub = recorder(json(403, { message: "API rate limit exceeded" }, headers));
  const { permanent, retry_after_seconds } = await failure(hub.sender.comment(TARGET, "x"));
  assert.equal(permanent, false);
  assert.ok(retry_after_seconds! > 110 && retry_after_seconds! <= 121, `${retry_after_seconds}`);
});

Deno.test("what GitHub says is in the error, what we hold is not", async () => {
  await using hub = recorder(json(422, { message: "Validation Failed", errors: ["too long"] }));
  const { message } = await failure(hub.sender.comment(TARGET, "x"));
  assert.match(message, /Validation Failed.*too long/);
  assert.ok(!message.includes("t0ken"));
});

Deno.test("no answer in time, and nobody there: tried again", async () => {
  const never = Promise.withResolvers<Response>();
  await using hub = recorder(() => never.promise);
  const slow = github.connect({ base_url: hub.base_url, token: "t", timeout_ms: 50 });
  assert.equal((await failure(slow.comment(TARGET, "x"))).permanent, false);
  never.resolve(new Response());

  const gone = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const base_url = `http://127.0.0.1:${gone.addr.port}`;
  gone.close();
  const nobody = github.connect({ base_url, token: "t" });
  assert.equal((await failure(nobody.comment(TARGET, "x"))).permanent, false);
});

Deno.test("an answer that is not GitHub's is no success", async () => {
  await using hub = recorder(new Response("<html>proxy</html>", { status: 200 }));
  assert.equal((await failure(hub.sender.comment(TARGET, "x"))).permanent, false);
});

Deno.test("a moved repository is followed with the comment", async () => {
  await using hub = recorder(
    (request) =>
      Promise.resolve(Response.redirect(new URL("/repositories/1/comments", request.url), 307)),
    json(201, { id: 6 }),
  );
  assert.equal((await hub.sender.comment(TARGET, "x")).comment_id, "6");
  assert.deepEqual(hub.seen[1].body, { body: "x" });
  assert.equal(hub.seen[1].authorization, "Bearer t0ken");
});

Deno.test("nobody is followed to another host, nor round and round", async () => {
  await using other = recorder(json(201, { id: 6 }));
  const elsewhere = () => Promise.resolve(Response.redirect(other.base_url, 307));
  const round = (request: Request) => Promise.resolve(Response.redirect(request.url, 307));
  await using hub = recorder(elsewhere, round, round);
  for (const calls of [1, 3]) {
    const error = await failure(hub.sender.comment(TARGET, "x"));
    assert.deepEqual([error.permanent, error.status], [true, 307]);
    assert.equal(hub.seen.length, calls);
  }
  assert.equal(other.seen.length, 0);
});

Deno.test("without a token nothing is sent", async () => {
  await using hub = recorder();
  const sender = github.connect({ base_url: hub.base_url, token: null });
  const error = await failure(sender.comment(TARGET, "x"));
  assert.match(error.message, /GITHUB_TOKEN is not set/);
  assert.equal(error.permanent, true);
  assert.equal(hub.seen.length, 0);
});

Deno.test("a stored target that is no place on GitHub is refused before it is called", async () => {
  await using hub = recorder();
  for (const repository of ["../admin", "octo/hello/../..", "octo"]) {
    const error = await failure(hub.sender.comment({ ...TARGET, repository }, "x"));
    assert.equal(error.permanent, true);
  }
  assert.equal(hub.seen.length, 0);
});

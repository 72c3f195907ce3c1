import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { ProviderError } from "@/server/providers/provider.ts";

const TARGET = {
  repository: "octo/hello",
  number: 7,
  is_pull_request: false,
  on: "issue_comment",
  comment_id: 99,
  thread_comment_id: null,
};

interface Seen {
  method: string;
  path: string;
  authorization: string | null;
  body: unknown;
}

/** A recorder on loopback that answers each call with the next answer. */
function recorder(...answers: (Response | ((request: Request) => Promise<Response>))[]) {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const text = await request.clone().text();
    seen.push({
      method: request.method,
      path: pathname + search,
      authorization: request.headers.get("authorization"),
      body: text === "" ? null : JSON.parse(text),
    });
    const answer = answers.shift() ?? new Response("no answer left", { status: 599 });
    return typeof answer === "function" ? await answer(request) : answer;
  });
  const base_url = `http://127.0.0.1:${server.addr.port}`;
  return {
    seen,
    base_url,
    sender: github.connect({ base_url, token: "t0ken" }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });
const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

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

import assert from "node:assert/strict";
import { linear } from "@/server/providers/linear.ts";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import { startLinear } from "./linear_recorder.ts";

const ISSUE = "0a1b2c3d-0000-4000-8000-000000000001";
const TARGET = { issue_id: ISSUE, comment_id: "comment-2", thread_id: "comment-1" };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const prepare = (text: string, marker_id = "task-1") =>
  linear.prepare(text, { marker_id, mentions: ["@agent"], more_url: null })[0];

function start(change: Partial<Connection> = {}) {
  const site = startLinear();
  const connection = { base_url: site.base_url, token: "lin_api_1", ...change };
  return { ...site, sender: linear.connect(connection) };
}

async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

Deno.test("a comment goes into the thread, under an id that tells it from all others", async () => {
  await using site = start();
  const { comment_id } = await site.sender.comment(TARGET, prepare("on it"));
  assert.match(comment_id, UUID);
  const [made] = site.comments;
  assert.deepEqual([made.issueId, made.parentId, made.body], [ISSUE, "comment-1", "on it"]);
  await site.sender.updateComment(TARGET, comment_id, prepare("done"));
  assert.equal(made.body, "done", "the marker is nowhere in the text");
  const other = await site.sender.comment(TARGET, prepare("x", "task-2"));
  assert.notEqual(other.comment_id, comment_id);
});

Deno.test("our comment is found again by its id, where it is ours", async () => {
  await using site = start();
  assert.equal(await site.sender.findComment(TARGET, "task-1", null), null);
  const { comment_id } = await site.sender.comment(TARGET, prepare("answer"));
  assert.equal(await site.sender.findComment(TARGET, "task-1", null), comment_id);
  assert.equal(await site.sender.findComment(TARGET, "task-10", null), null);
  const elsewhere = { ...TARGET, issue_id: "another-issue" };
  assert.equal(await site.sender.findComment(elsewhere, "task-1", null), null);
  site.comments[0].user.id = "somebody-else";
  assert.equal(await site.sender.findComment(TARGET, "task-1", null), null);
});

Deno.test("a comment whose earlier try arrives after all counts as posted, if it is ours", async () => {
  await using site = start();
  const { comment_id } = await site.sender.comment(TARGET, prepare("answer"));
  const again = await site.sender.comment(TARGET, prepare("answer"));
  assert.deepEqual([again.comment_id, site.comments.length], [comment_id, 1]);
  site.comments[0].user.id = "somebody-else";
  const error = await failure(site.sender.comment(TARGET, prepare("answer")));
  assert.deepEqual([error.permanent, site.comments.length], [true, 1]);
  assert.match(error.message, /That id is taken/);
});

Deno.test("a reaction is set once, however often it is tried, and known beforehand", async () => {
  await using site = start();
  await site.sender.react!(TARGET, "eyes");
  await site.sender.react!(TARGET, "eyes");
  await site.sender.react!({ ...TARGET, comment_id: null }, "hooray");
  assert.deepEqual(
    site.reactions.map(({ commentId, issueId, emoji }) => [commentId, issueId, emoji]),
    [["comment-2", undefined, "eyes"], [undefined, ISSUE, "tada"]],
  );
  assert.deepEqual(site.sender.noted!(TARGET, "reaction", ["eyes"]), [site.reactions[0].id]);
  assert.deepEqual(site.sender.noted!(TARGET, "label", ["x"]), []);
});

Deno.test("a reaction that is refused while it is not there stays refused", async () => {
  await using site = start();
  const errors = [{ message: "No such emoji", extensions: { type: "invalid input" } }];
  site.next.push(() => Response.json({ errors }));
  const error = await failure(site.sender.react!(TARGET, "teapot"));
  assert.deepEqual([error.permanent, site.reactions.length], [true, 0]);
});

Deno.test("who we are comes from the key; keys and tokens of an app are shown each in their way", async () => {
  await using site = start();
  assert.deepEqual(await site.sender.whoAmI!(), { id: "user-agent", name: "agent" });
  const app = linear.connect({ base_url: `${site.base_url}/`, token: "lin_oauth_1" });
  await app.whoAmI!();
  assert.deepEqual(site.calls.map(({ authorization }) => authorization), [
    "lin_api_1",
    "Bearer lin_oauth_1",
  ]);
});

Deno.test("we have the name that deliveries give the account, or its id as they do", async () => {
  await using site = start();
  const viewer = (url?: string) => () =>
    Response.json({ data: { viewer: { id: "user-agent", url } } });
  const named = async (url?: string) => {
    site.next.push(viewer(url));
    return (await site.sender.whoAmI!()).name;
  };
  assert.equal(await named("https://linear.app/tea/profiles/j%C3%B6rg"), "jörg");
  assert.equal(await named("https://linear.app/tea/profiles/a%2Fb"), "user-agent");
  assert.equal(await named(), "user-agent");
});

const ratelimited = (headers: Record<string, string> = {}) =>
  Response.json({
    errors: [{
      message: "Rate limit exceeded",
      extensions: { code: "RATELIMITED", type: "ratelimited" },
    }],
  }, { status: 400, headers });

Deno.test("a limit comes with 400, and says in milliseconds when it is over", async () => {
  await using site = start();
  const reset = (kind: string, ms: number, remaining = "0") => ({
    [`x-ratelimit-${kind}-remaining`]: remaining,
    [`x-ratelimit-${kind}-reset`]: String(Date.now() + ms),
  });
  const waits: [Record<string, string>, number, number][] = [
    [{ ...reset("requests", 30_000), ...reset("complexity", 90_000, "12") }, 20, 30],
    [{ ...reset("requests", 5_000), ...reset("complexity", 90_000) }, 80, 90],
    [reset("requests", 86_400_000), 3600, 3600],
    [{ "retry-after": "7" }, 7, 7],
    [{}, 60, 60],
  ];
  for (const [headers, least, most] of waits) {
    site.next.push(() => ratelimited(headers));
    const { permanent, retry_after_seconds } = await failure(site.sender.comment(TARGET, "x"));
    assert.equal(permanent, false);
    assert.ok(
      retry_after_seconds! >= least && retry_after_seconds! <= most,
      String(retry_after_seconds),
    );
  }
});

Deno.test("failures are sorted: again later, or never, with what to look at", async () => {
  await using site = start();
  const errors = (extensions: object, status = 200) => () =>
    Response.json({ data: null, errors: [{ message: "what it says", extensions }] }, { status });
  const cases: [() => Response, boolean, RegExp][] = [
    [() => new Response("busy", { status: 429 }), false, /429 busy/],
    [() => new Response("<html>", { status: 502 }), false, /502/],
    [errors({ type: "internal error" }), false, /200 what it says/],
    [errors({ code: "INTERNAL_SERVER_ERROR" }, 500), false, /500 what it says/],
    [errors({ type: "lock timeout" }), false, /what it says/],
    [errors({ code: "INPUT_ERROR", type: "ratelimited" }, 400), false, /400 what it says/],
    [
      errors({ type: "invalid input", userPresentableMessage: "No such issue." }),
      true,
      /No such issue\./,
    ],
    [errors({ type: "forbidden" }, 403), true, /403 what it says/],
    [errors({ type: "authentication error" }), true, /LINEAR_API_KEY right/],
    [errors({ code: "AUTHENTICATION_ERROR" }, 401), true, /LINEAR_API_KEY right/],
    [() => new Response("no", { status: 403 }), true, /403 no/],
    [
      () => new Response(null, { status: 302, headers: { location: "https://x.example" } }),
      true,
      /LINEAR_API_URL/,
    ],
    [() => Response.json({ data: { commentCreate: { success: false } } }), false, /not Linear's/],
    [() => new Response("<p>proxy</p>"), false, /not Linear's/],
  ];
  for (const [answer, permanent, message] of cases) {
    site.next.push(answer);
    const error = await failure(site.sender.comment(TARGET, "x"));
    assert.match(error.message, message);
    assert.match(error.message, /^Linear commentCreate: /);
    assert.equal(error.permanent, permanent, error.message);
  }
});

Deno.test("without a key, or a place, nothing is asked", async () => {
  await using site = start({ token: null });
  assert.match(
    (await failure(site.sender.comment(TARGET, "x"))).message,
    /LINEAR_API_KEY is not set/,
  );
  await using other = start();
  assert.match(
    (await failure(other.sender.comment({ issue_id: "a/b" }, "x"))).message,
    /not an issue/,
  );
  assert.match(
    (await failure(other.sender.updateComment(TARGET, "a b", "x"))).message,
    /not the id/,
  );
  assert.deepEqual([site.calls, other.calls], [[], []]);
  const none = linear.connect({ base_url: "http://127.0.0.1:1", token: "t" });
  assert.equal((await failure(none.comment(TARGET, "x"))).permanent, false);
});

Deno.test("nobody is called by a post of ours: names, our own prefix, profiles", () => {
  const said = prepare("@nora and @agent, see https://linear.app/tea/profiles/nora");
  assert.doesNotMatch(said, /@nora|@agent|\/profiles\//);
});

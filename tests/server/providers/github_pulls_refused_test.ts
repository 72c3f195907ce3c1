import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { BRANCH, hub, refusal, REPOSITORY, WANTED } from "./github_pulls_scene.ts";
import { failure } from "./github_reply_scene.ts";

Deno.test("what cannot be opened is said in words, and not tried again", async () => {
  await using h = hub();
  const said = async (wanted: typeof WANTED) => {
    const error = await failure(h.requests.open(h.at, wanted));
    assert.equal(error.permanent, true);
    return error.message;
  };
  assert.match(await said({ ...WANTED, base: BRANCH }), /has no commits that .* lacks/);
  assert.match(await said({ ...WANTED, base: "gone" }), /base branch gone is not there any more/);
  assert.match(await said({ ...WANTED, branch: "agent/x" }), /agent\/x is not there/);
  h.recorder.failNext("POST", /\/pulls$/, refusal(422, "Validation Failed", { errors: ["odd"] }));
  assert.match(await said(WANTED), /^opening the pull request: .*422 Validation Failed.*odd/);
});

Deno.test("what was pushed a moment ago may not be seen yet", async () => {
  await using h = hub();
  const errors = [{ resource: "PullRequest", field: "head", code: "invalid" }];
  h.recorder.failNext("POST", /\/pulls$/, refusal(422, "Validation Failed", { errors }));
  const error = await failure(h.requests.open(h.at, WANTED));
  assert.match(error.message, /does not see yet what was pushed/);
  assert.deepEqual([error.permanent, error.retry_after_seconds], [false, 5]);
});

const REFUSED = [
  [
    refusal(403, "Resource not accessible by personal access token"),
    /Pull requests: write \(a classic token: the scope repo\)/,
  ],
  [refusal(403, "Repository was archived so is read-only."), /Unarchive the repository first/],
  [refusal(404, "Not Found"), /gone or renamed, or what we act as may not see it/],
  [refusal(401, "Bad credentials"), /Is GITHUB_TOKEN right\?/],
] as const;

Deno.test("a refusal says its stage and which permission or setting to change", async () => {
  for (const [answer, hint] of REFUSED) {
    await using h = hub();
    h.recorder.failNext("POST", /\/pulls$/, answer);
    const error = await failure(h.requests.open(h.at, WANTED));
    assert.match(error.message, /^opening the pull request: /);
    assert.match(error.message, hint);
    assert.equal(error.permanent, true);
  }
});

const PASSING = [
  [refusal(502, "Bad Gateway"), null],
  [() => new Response("slow down", { status: 429, headers: { "retry-after": "72" } }), 72],
  [refusal(403, "You have exceeded a secondary rate limit"), 60],
] as const;

Deno.test("what may pass is tried again, when GitHub says so", async () => {
  for (const [answer, seconds] of PASSING) {
    await using h = hub();
    h.recorder.failNext("POST", /\/pulls$/, answer);
    const error = await failure(h.requests.open(h.at, WANTED));
    assert.deepEqual([error.permanent, error.retry_after_seconds], [false, seconds]);
    assert.doesNotMatch(error.message, /To allow it/);
  }
});

Deno.test("what GraphQL refuses with 200 is an error as any other", async () => {
  await using h = hub();
  await h.requests.open(h.at, WANTED);
  const saying = (type: string, message: string) => () =>
    Response.json({ data: null, errors: [{ type, message }] });
  h.recorder.failNext(
    "POST",
    /\/graphql$/,
    saying("FORBIDDEN", "Resource not accessible by integration"),
    saying("RATE_LIMITED", "API rate limit exceeded"),
  );
  const forbidden = await failure(h.requests.ready(h.at, 101, { reviewers: [] }));
  assert.match(forbidden.message, /taking the draft off .* Contents: write, Pull requests: write/);
  assert.equal(forbidden.permanent, true);
  const limited = await failure(h.requests.ready(h.at, 101, { reviewers: [] }));
  assert.deepEqual([limited.permanent, limited.retry_after_seconds], [false, 60]);
  assert.equal(h.recorder.pulls[0].draft, true);
});

Deno.test("a protected branch that may not be deleted stays, and it is said", async () => {
  await using h = hub();
  h.recorder.failNext("DELETE", /heads/, refusal(422, "Cannot delete this protected branch"));
  const error = await failure(h.requests.deleteBranch(h.at, BRANCH, "b".repeat(40)));
  assert.match(error.message, /Cannot delete this protected branch/);
});

Deno.test("a name that is no repository never becomes an address", async () => {
  await using h = hub();
  for (const repository of ["x", "a/b/c", "../user", "a/..", "a/b?c", ""]) {
    const error = await failure(h.requests.get({ ...h.at, repository }, 1));
    assert.match(error.message, /is no repository of GitHub/);
  }
  assert.equal(h.recorder.calls.length, 0);
});

Deno.test("an app takes tokens with no more rights than each stage needs", async () => {
  await using h = hub("app");
  await h.requests.open(h.at, WANTED);
  await h.requests.ready(h.at, 101, { reviewers: [] });
  await h.requests.checks(h.at, "b".repeat(40));
  await h.requests.deleteBranch(h.at, BRANCH, "b".repeat(40));
  await github.repositories!.token!(h.connection, REPOSITORY, "push");
  await github.repositories!.token!(h.connection, REPOSITORY, "push_workflows");
  await github.repositories!.token!(h.connection, REPOSITORY);
  assert.deepEqual(h.rights(), [
    { contents: "read", pull_requests: "write" },
    { contents: "write", pull_requests: "write" },
    { checks: "read", statuses: "read" },
    { contents: "write" },
    { contents: "write", workflows: "write" },
    { contents: "read" },
  ]);
});

Deno.test("an app that lacks a right says which, also where git needs it to push", async () => {
  await using h = hub("app");
  const lacks = refusal(422, "The permissions requested are not granted to this installation.");
  h.recorder.failNext("POST", /access_tokens$/, lacks, lacks, lacks);
  const opening = await failure(h.requests.open(h.at, WANTED));
  assert.match(
    opening.message,
    /give the GitHub App 7 the permission Contents: read, Pull requests: write/,
  );
  const pushing = await failure(github.repositories!.token!(h.connection, REPOSITORY, "push"));
  assert.match(pushing.message, /^pushing: .*Contents: write, and accept it there/);
  assert.equal(await github.repositories!.token!(h.connection, REPOSITORY, "read"), null);
});

Deno.test("without an app and a token, pushing says which settings are missing", async () => {
  await using h = hub();
  const connection = { ...h.connection, token: null };
  const error = await failure(github.repositories!.token!(connection, REPOSITORY, "push"));
  assert.match(error.message, /GITHUB_TOKEN is not set, nor are GITHUB_APP_ID/);
  assert.equal(await github.repositories!.token!(connection, REPOSITORY, "read"), null);
});

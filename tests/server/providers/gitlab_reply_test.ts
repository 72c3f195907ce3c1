import assert from "node:assert/strict";
import { gitlab } from "@/server/providers/gitlab.ts";
import { ProviderError } from "@/server/providers/provider.ts";
import { answering, gitlabRecorder } from "./gitlab_recorder.ts";

const TARGET = {
  project_id: 5,
  project: "harbour/tea-shop",
  kind: "issue",
  iid: 17,
  sha: null,
  note_id: 1241,
  discussion_id: null,
  internal: false,
};
const ON_PULL = { ...TARGET, kind: "merge_request" };
const SHA = "cfe32cf61b73a0d5e9f13e774abde7ff789b1660";
const ON_COMMIT = { ...TARGET, kind: "commit", iid: null, sha: SHA };

const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

Deno.test("a note is posted, changed by its id, and found by its marker", async () => {
  await using hub = gitlabRecorder();
  const made = await hub.sender.comment(TARGET, "<!-- agent:t1 -->\non it");
  assert.deepEqual(made, {
    comment_id: "1",
    url: `${hub.base_url}/harbour/tea-shop/-/issues/17#note_1`,
  });
  await hub.sender.updateComment(TARGET, made.comment_id, "<!-- agent:t1 -->\ndone");
  assert.deepEqual(hub.notes.map(({ place, body }) => [place, body]), [
    ["/projects/5/issues/17", "<!-- agent:t1 -->\ndone"],
  ]);
  assert.equal(await hub.sender.findComment(TARGET, "t1", null), "1");
  assert.equal(await hub.sender.findComment(TARGET, "t2", null), null);
  assert.equal(await hub.sender.findComment({ ...TARGET, iid: 18 }, "t1", null), null);
  assert.ok(hub.calls.every(({ token }) => token === "t0ken"));
});

Deno.test("a merge request, a snippet and a thread have places of their own", async () => {
  await using hub = gitlabRecorder();
  await hub.sender.comment(ON_PULL, "a");
  await hub.sender.comment({ ...TARGET, kind: "snippet", iid: 53 }, "b");
  await hub.sender.comment({ ...ON_PULL, discussion_id: "6a9c17" }, "c");
  assert.deepEqual(hub.calls.map(({ method, path, body }) => [method, path, body]), [
    ["POST", "/projects/5/merge_requests/17/notes", { body: "a" }],
    ["POST", "/projects/5/snippets/53/notes", { body: "b" }],
    ["POST", "/projects/5/merge_requests/17/discussions/6a9c17/notes", { body: "c" }],
  ]);
});

Deno.test("what was asked internally is answered internally", async () => {
  await using hub = gitlabRecorder();
  await hub.sender.comment({ ...TARGET, internal: true }, "psst");
  assert.deepEqual(hub.calls[0].body, { body: "psst", internal: true });
});

Deno.test("a commit is answered in a discussion, whose id is part of the note's", async () => {
  await using hub = gitlabRecorder();
  const made = await hub.sender.comment(ON_COMMIT, "<!-- agent:t1 -->\nhello");
  assert.equal(made.comment_id, "d1/1");
  assert.equal(made.url, `${hub.base_url}/harbour/tea-shop/-/commit/${SHA}#note_1`);
  await hub.sender.updateComment(ON_COMMIT, made.comment_id, "changed");
  assert.deepEqual(
    hub.calls.map(({ method, path }) => [method, path.replace(SHA, "SHA")]),
    [
      ["POST", "/projects/5/repository/commits/SHA/discussions"],
      ["PUT", "/projects/5/repository/commits/SHA/discussions/d1/notes/1"],
    ],
  );
  await hub.sender.updateComment(ON_COMMIT, made.comment_id, "<!-- agent:t1 -->\nhello");
  assert.equal(await hub.sender.findComment(ON_COMMIT, "t1", new Date()), "d1/1");
  assert.equal((await failure(hub.sender.updateComment(ON_COMMIT, "1", "x"))).permanent, true);
  assert.equal((await failure(hub.sender.react!(ON_COMMIT, "eyes"))).permanent, true);
});

Deno.test("a copied marker in somebody else's note is not ours, and old notes are not looked at", async () => {
  await using hub = gitlabRecorder();
  hub.write("/projects/5/issues/17", "<!-- agent:t1 -->\nI am the agent", 99);
  assert.equal(await hub.sender.findComment(TARGET, "t1", null), null);
  await hub.sender.comment(TARGET, "<!-- agent:t1 -->\nreally");
  for (let i = 0; i < 250; i++) hub.write("/projects/5/issues/17", "chatter", 99);
  assert.equal(await hub.sender.findComment(TARGET, "t1", null), "2");
  const pages = () => hub.calls.filter(({ path }) => path.endsWith("/notes")).length;
  const before = pages();
  const tomorrow = new Date(Date.now() + 86_400_000);
  assert.equal(await hub.sender.findComment(TARGET, "t1", tomorrow), null);
  assert.equal(pages() - before, 1);
});

Deno.test("a reaction goes to the note, else to the thing; twice is fine; names are GitLab's", async () => {
  await using hub = gitlabRecorder();
  for (const name of ["eyes", "+1", "-1", "hooray", "eyes"]) await hub.sender.react!(TARGET, name);
  await hub.sender.react!({ ...ON_PULL, note_id: null }, "rocket");
  assert.deepEqual(hub.awards, [
    "/projects/5/issues/17/notes/1241 eyes",
    "/projects/5/issues/17/notes/1241 thumbsup",
    "/projects/5/issues/17/notes/1241 thumbsdown",
    "/projects/5/issues/17/notes/1241 tada",
    "/projects/5/merge_requests/17 rocket",
  ]);
});

Deno.test("labels are added to issues and merge requests, and to nothing else", async () => {
  await using hub = gitlabRecorder();
  await hub.sender.label!(ON_PULL, ["bug", "needs review"]);
  assert.deepEqual(hub.calls[0], {
    method: "PUT",
    path: "/projects/5/merge_requests/17",
    body: { add_labels: "bug,needs review" },
    token: "t0ken",
  });
  const odd = await failure(hub.sender.label!(TARGET, ["a,b"]));
  assert.match(odd.message, /no label with a comma: "a,b"/);
  assert.equal((await failure(hub.sender.label!(ON_COMMIT, ["bug"]))).permanent, true);
  assert.equal(hub.calls.length, 1);
});

Deno.test("who we are is what GitLab says of the token", async () => {
  await using hub = gitlabRecorder();
  assert.deepEqual(await hub.sender.whoAmI!(), { id: "1", name: "tea-agent" });
});

const refusals: [string, Response, boolean, number | null][] = [
  [
    "429 in plain text",
    new Response("Retry later\n", { status: 429, headers: { "retry-after": "7" } }),
    false,
    7,
  ],
  ["429 that says nothing", new Response("", { status: 429 }), false, 60],
  ["401", Response.json({ message: "401 Unauthorized" }, { status: 401 }), true, null],
  ["403", Response.json({ error: "insufficient_scope" }, { status: 403 }), true, null],
  ["404", Response.json({ message: "404 Not found" }, { status: 404 }), true, null],
  ["400", Response.json({ message: { note: ["is too long"] } }, { status: 400 }), true, null],
  ["409", Response.json({ message: "409 Conflict" }, { status: 409 }), false, null],
  ["500", new Response("<html>", { status: 500 }), false, null],
  ["503", new Response("", { status: 503, headers: { "retry-after": "3" } }), false, 3],
];
for (const [what, answer, permanent, wait] of refusals) {
  Deno.test(`${what}: ${permanent ? "given up" : "tried again"}`, async () => {
    await using hub = answering(answer);
    const error = await failure(hub.sender.comment(TARGET, "x"));
    assert.equal(error.permanent, permanent);
    assert.equal(error.retry_after_seconds, wait);
    assert.match(error.message, new RegExp(`POST /projects/5/issues/17/notes: ${error.status}`));
    assert.ok(!error.message.includes("t0ken"));
  });
}

Deno.test("429 without Retry-After waits for the reset of the limit", async () => {
  const headers = { "ratelimit-remaining": "0", "ratelimit-reset": inSeconds(120) };
  await using hub = answering(new Response("Retry later", { status: 429, headers }));
  const { retry_after_seconds } = await failure(hub.sender.comment(TARGET, "x"));
  assert.ok(retry_after_seconds! > 110 && retry_after_seconds! <= 121, `${retry_after_seconds}`);
});

Deno.test("what GitLab says and what to do about it is in the error", async () => {
  await using too_long = answering(
    Response.json({ message: { note: ["is too long"] } }, { status: 400 }),
  );
  assert.match((await failure(too_long.sender.comment(TARGET, "x"))).message, /is too long/);
  await using bad = answering(Response.json({ message: "401 Unauthorized" }, { status: 401 }));
  assert.match((await failure(bad.sender.comment(TARGET, "x"))).message, /GITLAB_TOKEN right/);
});

Deno.test("the token is never carried along a redirect", async () => {
  await using other = answering(Response.json({ id: 6 }, { status: 201 }));
  await using hub = answering(Response.redirect(other.base_url, 307));
  const error = await failure(hub.sender.comment(TARGET, "x"));
  assert.equal(error.permanent, true);
  assert.match(error.message, /GITLAB_URL/);
  assert.equal(other.seen(), 0);
});

Deno.test("no answer in time, nobody there, and what is not GitLab's: tried again", async () => {
  const never = Promise.withResolvers<Response>();
  await using hub = answering(never.promise);
  const slow = gitlab.connect({ base_url: hub.base_url, token: "t", timeout_ms: 50 });
  assert.equal((await failure(slow.comment(TARGET, "x"))).permanent, false);
  never.resolve(new Response());
  await using proxy = answering(new Response("<html>", { status: 200 }));
  assert.equal((await failure(proxy.sender.comment(TARGET, "x"))).permanent, false);
  await using moved = answering(Response.json({ commands_changes: {} }, { status: 202 }));
  assert.equal((await failure(moved.sender.comment(TARGET, "x"))).permanent, false);
});

Deno.test("without a token nothing is sent, and no target leads elsewhere", async () => {
  await using hub = gitlabRecorder();
  const bare = gitlab.connect({ base_url: hub.base_url, token: null });
  const error = await failure(bare.comment(TARGET, "x"));
  assert.equal(error.permanent, true);
  assert.match(error.message, /GITLAB_TOKEN is not set/);
  for (
    const target of [
      null,
      {},
      { ...TARGET, project_id: "../users" },
      { ...TARGET, iid: null },
      { ...TARGET, kind: "user" },
      { ...ON_COMMIT, sha: "../../x" },
      { ...TARGET, discussion_id: "a/b" },
    ]
  ) assert.equal((await failure(hub.sender.comment(target, "x"))).permanent, true);
  const odd = await failure(hub.sender.updateComment(TARGET, "../1", "x"));
  assert.match(odd.message, /is no note/);
  assert.deepEqual(hub.calls, []);
});

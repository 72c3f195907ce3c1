import assert from "node:assert/strict";
import { gitlab } from "@/server/providers/gitlab.ts";
import { failure } from "./github_reply_scene.ts";
import { BRANCH, HEAD_SHA, lab, PROJECT, refusal, WANTED } from "./gitlab_requests_scene.ts";

Deno.test("a draft is opened, named as deliveries about it name it, and found again", async () => {
  await using l = lab();
  assert.equal(await l.api.find(l.at, BRANCH), null);
  const opened = await l.api.open(l.at, WANTED);
  const url = `https://gitlab.com/${PROJECT}/-/merge_requests/101`;
  assert.deepEqual(opened, {
    number: 101,
    url,
    title: "Round once",
    state: "open",
    is_draft: true,
    fork: null,
    head: HEAD_SHA,
    branch: BRANCH,
    base: "trunk",
    author: "tea-agent",
    begins: {
      instance: "gitlab.com",
      container_id: "9000001",
      object_id: "!101",
      external_id: "9000001!101",
      url,
    },
  });
  assert.equal(l.requests[0].title, "Draft: Round once");
  assert.deepEqual(await l.api.find(l.at, BRANCH), opened);
  assert.deepEqual(await l.api.get(l.at, 101), opened);
});

Deno.test("a delivery about it belongs to what the open merge request began", async () => {
  await using l = lab();
  const { begins, number: iid } = await l.api.open(l.at, WANTED);
  const payload = {
    object_kind: "merge_request",
    project: { id: 9_000_001, web_url: `https://gitlab.com/${PROJECT}` },
    object_attributes: { iid, action: "close", target_project_id: 9_000_001 },
  };
  const headers = new Headers({ "x-gitlab-event": "Merge Request Hook" });
  const read = gitlab.read(headers, new TextEncoder().encode(JSON.stringify(payload)));
  assert.ok(read.kind === "event");
  const { instance, container, object, external_id } = read.event;
  assert.deepEqual(
    [instance, container?.id, object?.id, external_id],
    [begins.instance, begins.container_id, begins.object_id, begins.external_id],
  );
});

Deno.test("one that is open for the branch is not opened a second time", async () => {
  await using l = lab();
  const first = await l.api.open(l.at, WANTED);
  assert.deepEqual(await l.api.open(l.at, WANTED), first);
  l.failNext("GET", /merge_requests$/, () => Response.json([]));
  assert.deepEqual(await l.api.open(l.at, WANTED), first, "opened by another in between");
  assert.equal(l.requests.length, 1);
});

Deno.test("after one that was merged or closed there is a new one", async () => {
  await using l = lab();
  await l.api.open(l.at, WANTED);
  l.requests[0].state = "merged";
  assert.equal((await l.api.find(l.at, BRANCH))?.state, "merged");
  assert.equal((await l.api.open(l.at, WANTED)).number, 102);
  await l.api.close(l.at, 102);
  await l.api.close(l.at, 102);
  assert.equal((await l.api.find(l.at, BRANCH))?.state, "closed");
});

Deno.test("a fork's merge request from a branch of that name is not ours", async () => {
  await using l = lab();
  await l.api.open(l.at, WANTED);
  const path = `${l.at.connection.base_url}/api/v4/projects/x/merge_requests/101`;
  const ours = await (await fetch(path.replace("/x/", `/${encodeURIComponent(PROJECT)}/`))).json();
  const fork = Object.assign({}, ours, { iid: 300, source_project_id: 5 });
  l.failNext("GET", /merge_requests$/, () => Response.json([fork, ours]));
  assert.equal((await l.api.find(l.at, BRANCH))?.number, 101);
});

Deno.test("a draft stays one when its title is changed, and no text of ours acts", async () => {
  await using l = lab();
  await l.api.open(l.at, { ...WANTED, title: "Draft: WIP: x", body: "done\n/merge\n" });
  assert.equal(l.requests[0].title, "Draft: x");
  await l.api.update(l.at, 101, { title: "t".repeat(400), body: "/approve" });
  assert.match(l.requests[0].title, /^Draft: t{248}$/);
  assert.doesNotMatch(l.requests[0].description, /^\/approve/m);
  assert.deepEqual(l.calls.filter(({ body }) => /^\/\w/m.test(String(body.description))), []);
});

Deno.test("its draft is taken off, and those are asked for review who can be", async () => {
  await using l = lab();
  await l.api.open(l.at, WANTED);
  l.requests[0].reviewers = [{ id: 9_000_011, username: "sam" }];
  const told = await l.api.ready(l.at, 101, { reviewers: ["Nora", "stranger", "nobody"] });
  assert.deepEqual(told, { not_asked: ["stranger", "nobody"] });
  assert.equal(l.requests[0].title, "Round once");
  assert.deepEqual(l.requests[0].reviewers.map(({ username }) => username), ["nora", "sam"]);
  const before = l.writes().length;
  assert.deepEqual(await l.api.ready(l.at, 101, { reviewers: [] }), { not_asked: [] });
  assert.equal(l.writes().length, before, "it is no draft any more");
});

Deno.test("a branch is deleted only where its head is ours", async () => {
  await using l = lab();
  l.refs.set(PROJECT, BRANCH, "c".repeat(40));
  const error = await failure(l.api.deleteBranch(l.at, BRANCH, HEAD_SHA));
  assert.match(error.message, /deleting the branch .* somebody else has pushed to it/);
  await l.api.deleteBranch(l.at, BRANCH, "c".repeat(40));
  await l.api.deleteBranch(l.at, BRANCH, "c".repeat(40));
  assert.equal(l.writes().length, 1);
});

Deno.test("what cannot be opened is said in words, and not tried again", async () => {
  await using l = lab();
  const said = async (wanted: typeof WANTED) => {
    const error = await failure(l.api.open(l.at, wanted));
    assert.equal(error.permanent, true);
    return error.message;
  };
  assert.match(await said({ ...WANTED, base: BRANCH }), /has no commits that .* lacks/);
  assert.match(await said({ ...WANTED, base: "gone" }), /base branch gone is not there any more/);
  assert.match(await said({ ...WANTED, branch: "agent/x" }), /agent\/x is not there/);
  l.failNext("POST", /merge_requests$/, refusal(409, ["something else"]));
  assert.match(await said(WANTED), /^opening the merge request: .*something else/);
  assert.equal(l.requests.length, 0);
});

const REFUSED = [
  [refusal(403, "403 Forbidden"), /the role Developer in the project/, true],
  [refusal(401, "401 Unauthorized"), /is GITLAB_TOKEN right/, true],
  [refusal(502, "Bad Gateway"), /502/, false],
  [() => new Response("Retry later", { status: 429 }), /429 Retry later/, false],
  [() => new Response(null, { status: 301 }), /renamed or moved/, true],
] as const;

Deno.test("a refusal says its stage, what to change, and whether it may pass", async () => {
  for (const [answer, hint, permanent] of REFUSED) {
    await using l = lab();
    l.failNext("POST", /merge_requests$/, answer);
    const error = await failure(l.api.open(l.at, WANTED));
    assert.match(error.message, /^opening the merge request: /);
    assert.match(error.message, hint);
    assert.equal(error.permanent, permanent);
  }
});

Deno.test("a name that is no project never becomes an address", async () => {
  await using l = lab();
  for (const repository of ["x", "../user", "a/..", "a/b?c", "", "a//b"]) {
    const error = await failure(l.api.get({ ...l.at, repository }, 1));
    assert.match(error.message, /is no project of GitLab/);
  }
  assert.equal(l.calls.length, 0);
});

import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { BRANCH, HEAD_SHA, hub, refusal, REPOSITORY, WANTED } from "./github_pulls_scene.ts";
import { failure } from "./github_reply_scene.ts";

Deno.test("a draft is opened, named as deliveries about it name it, and found again", async () => {
  await using h = hub();
  assert.equal(await h.requests.find(h.at, BRANCH), null);
  const opened = await h.requests.open(h.at, WANTED);
  assert.deepEqual(opened, {
    number: 101,
    url: `https://github.com/${REPOSITORY}/pull/101`,
    title: "Round once",
    state: "open",
    is_draft: true,
    fork: null,
    head: HEAD_SHA,
    branch: BRANCH,
    base: "trunk",
    author: "the-agent",
    begins: {
      instance: "github.com",
      container_id: "9000001",
      object_id: "#101",
      external_id: "9000001#101",
      url: `https://github.com/${REPOSITORY}/pull/101`,
    },
  });
  assert.deepEqual(await h.requests.find(h.at, BRANCH), opened);
  assert.deepEqual(await h.requests.get(h.at, 101), opened);
});

Deno.test("a delivery about it belongs to what the open pull request began", async () => {
  await using h = hub();
  const { begins } = await h.requests.open(h.at, WANTED);
  const pull_request = h.recorder.shown(h.recorder.pulls[0]) as { base: { repo: unknown } };
  const payload = { action: "closed", pull_request, repository: pull_request.base.repo };
  const headers = new Headers({ "x-github-event": "pull_request", "x-github-delivery": "d1" });
  const read = github.read(headers, new TextEncoder().encode(JSON.stringify(payload)));
  assert.ok(read.kind === "event");
  const { instance, container, object, external_id } = read.event;
  assert.deepEqual(
    [instance, container?.id, object?.id, external_id],
    [begins.instance, begins.container_id, begins.object_id, begins.external_id],
  );
});

Deno.test("one that is open for the branch is not opened a second time", async () => {
  await using h = hub();
  const first = await h.requests.open(h.at, WANTED);
  assert.deepEqual(await h.requests.open(h.at, WANTED), first);
  const unseen = () => Response.json([]);
  h.recorder.failNext("GET", /\/pulls$/, unseen);
  assert.deepEqual(await h.requests.open(h.at, WANTED), first, "opened by another in between");
  assert.equal(h.recorder.pulls.length, 1);
});

Deno.test("after one that was merged or closed there is a new one", async () => {
  await using h = hub();
  await h.requests.open(h.at, WANTED);
  Object.assign(h.recorder.pulls[0], { state: "closed", is_merged: true });
  assert.equal((await h.requests.find(h.at, BRANCH))?.state, "merged");
  assert.equal((await h.requests.open(h.at, WANTED)).number, 102);
  await h.requests.close(h.at, 102);
  await h.requests.close(h.at, 102);
  assert.equal((await h.requests.find(h.at, BRANCH))?.state, "closed");
});

Deno.test("a fork's pull request from a branch of that name is not ours", async () => {
  await using h = hub();
  await h.requests.open(h.at, WANTED);
  const ours = h.recorder.shown(h.recorder.pulls[0]) as { head: object };
  const fork = { ...ours, number: 300, head: { ...ours.head, repo: { id: 5, full_name: "x/y" } } };
  const other = { ...ours, number: 302, head: { ...ours.head, ref: "agent/12" } };
  const gone = { ...ours, number: 301, head: { ...ours.head, repo: null } };
  h.recorder.failNext("GET", /\/pulls$/, () => Response.json([other, gone, fork, ours]));
  assert.equal((await h.requests.find(h.at, BRANCH))?.number, 101);
});

Deno.test("where drafts are not to be had, it is opened as it can be", async () => {
  await using h = hub();
  const none = refusal(422, "Draft pull requests are not supported in this repository.");
  h.recorder.failNext("POST", /\/pulls$/, none);
  assert.equal((await h.requests.open(h.at, WANTED)).is_draft, false);
});

Deno.test("title and body are changed, and cut to what GitHub takes", async () => {
  await using h = hub();
  await h.requests.open(h.at, WANTED);
  await h.requests.update(h.at, 101, { title: "t".repeat(400), body: "b".repeat(70_000) });
  assert.equal(h.recorder.pulls[0].title.length, 256);
  assert.equal(h.recorder.pulls[0].body.length, 65_536);
  await h.requests.update(h.at, 101, { body: "short" });
  assert.equal(h.recorder.pulls[0].title.length, 256);
});

Deno.test("its draft is taken off, and those are asked for review who can be", async () => {
  await using h = hub();
  await h.requests.open(h.at, WANTED);
  const reviewers = ["nora", "Nora", "the-agent", "not a login"];
  const told = await h.requests.ready(h.at, 101, { reviewers });
  assert.deepEqual(told, { not_asked: ["the-agent", "not a login"] });
  assert.deepEqual(h.recorder.pulls[0].reviewers, ["nora"]);
  assert.equal(h.recorder.pulls[0].draft, false);
  await h.requests.ready(h.at, 101, { reviewers: [] });
  assert.equal(
    h.writes().filter((path) => path === "/graphql").length,
    1,
    "it is no draft any more",
  );
});

Deno.test("a branch is deleted only where its head is ours", async () => {
  await using h = hub();
  h.recorder.setBranch(REPOSITORY, BRANCH, "c".repeat(40));
  const error = await failure(h.requests.deleteBranch(h.at, BRANCH, HEAD_SHA));
  assert.match(error.message, /deleting the branch .* somebody else has pushed to it/);
  assert.equal(error.permanent, true);
  await h.requests.deleteBranch(h.at, BRANCH, "c".repeat(40));
  await h.requests.deleteBranch(h.at, BRANCH, "c".repeat(40));
  assert.deepEqual(h.writes(), [`/repos/${REPOSITORY}/git/refs/heads/agent/12-cents`]);
});

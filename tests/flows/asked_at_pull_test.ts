/** Work that is asked for at somebody else's pull request; a fork is read, and never written to. */
import assert from "node:assert/strict";
import { REPOSITORY, workshop } from "@/tests/flows/workflow_scene.ts";
import { commentOf } from "@/tests/server/webhooks/samples.ts";

const FORK = "stranger/Hello-World";
/** The host keeps what is proposed beside its branches. */
const COMMITS = `
  echo '# Hello' > README.md && git add -A && git commit -q -m first
  git checkout -q -b theirs && echo 'theirs' > STRANGE.md && git add -A && git commit -q -m theirs
  git update-ref refs/pull/1/head HEAD && git checkout -q trunk && git branch -q -D theirs`;

async function proposed(fork?: string, commits = COMMITS) {
  const w = await workshop({ commits });
  w.s.github.pulls.push({
    number: 1,
    repository: REPOSITORY,
    title: "Mine",
    body: "",
    state: "open",
    is_merged: false,
    draft: false,
    branch: "theirs",
    base: "trunk",
    head: await w.git("rev-parse", "refs/pull/1/head"),
    reviewers: [],
    fork,
    base_merged: null,
  });
  const say = (body: string) =>
    w.s.deliver(commentOf(body, ({ issue }) => {
      issue.number = 1;
      issue.pull_request = { url: "https://api.github.com/repos/Codertocat/Hello-World/pulls/1" };
    }));
  return { w, say };
}

Deno.test("a fix that is asked for at a fork's pull request says that it cannot", async () => {
  const { w, say } = await proposed(FORK);
  await using _ = w;
  const { s } = w;
  await say("@agent fix the greeting");
  const stopped = await w.workflow(({ status }) => status === "failed");
  assert.equal(stopped.failed_step, "planning");
  assert.match(stopped.error!, new RegExp(`^Pull request 1 .* the fork ${FORK}.*never written`));
  await s.github.until(() => s.github.comments.some(({ body }) => /never written/.test(body)));
  assert.equal(await w.git("branch", "--list", "agent/*"), "");
  assert.ok(s.github.git!.requests.every(({ is_push }) => !is_push));
});

Deno.test("it is read for a review, and so is the repository's own", async () => {
  const { w, say } = await proposed(FORK);
  await using _ = w;
  const { json } = await say("@agent review this");
  const task = await w.s.ended(json.task_ids[0]);
  assert.equal(task.status, "completed", task.error ?? "");
  const prompts = w.s.model.requests.map(({ body }) => JSON.stringify(body.messages)).join();
  assert.match(prompts, /\(pull\/1\/head, commit [0-9a-f]{40}\)/);
});

Deno.test("at a pull request of the repository itself a fix is proposed for its branch", async () => {
  const { w, say } = await proposed(undefined, COMMITS.replace("&& git branch -q -D theirs", ""));
  await using _ = w;
  await say("@agent fix the greeting");
  const waiting = await w.workflow(({ waits_for }) => waits_for === "approval");
  assert.equal(waiting.repository?.branch, "theirs");
  await say("LGTM");
  const made = await w.workflow(({ waits_for }) => waits_for === "pull_request");
  const theirs = await w.git("rev-parse", "theirs");
  assert.deepEqual([made.base_branch, made.base_commit], ["theirs", theirs]);
  assert.equal(await w.git("rev-parse", `${made.branch}^`), theirs);
  const ours = w.s.github.pulls.find(({ branch }) => branch === made.branch)!;
  assert.equal(ours.base, "theirs");
  assert.equal(w.s.github.pulls[0].branch, "theirs", "and theirs is as it was");
});

import assert from "node:assert/strict";
import { failure } from "./github_reply_scene.ts";
import { HEAD_SHA, lab, refusal } from "./gitlab_requests_scene.ts";

let ids = 0;
const pipeline = (status: string, source = "push", ref = "agent/12-cents") => ({
  id: ++ids,
  status,
  source,
  ref,
});

Deno.test("the newest pipeline of each kind says what a commit's checks came to", async () => {
  await using l = lab();
  const stateOf = async (...all: ReturnType<typeof pipeline>[]) => {
    l.projects.pipelines.set(HEAD_SHA, all);
    return (await l.api.checks(l.at, HEAD_SHA)).state;
  };
  assert.equal(await stateOf(), "none");
  assert.equal(await stateOf(pipeline("running")), "pending");
  assert.equal(await stateOf(pipeline("success"), pipeline("skipped", "schedule")), "green");
  assert.equal(
    await stateOf(pipeline("success"), pipeline("manual", "merge_request_event")),
    "pending",
  );
  assert.equal(await stateOf(pipeline("canceled")), "pending");
  assert.equal(await stateOf(pipeline("failed"), pipeline("running", "external")), "red");
  assert.equal(await stateOf(pipeline("failed"), pipeline("success")), "green", "run again");
});

Deno.test("what failed is named, but for what may fail, over all pages", async () => {
  await using l = lab();
  l.projects.pipelines.set(HEAD_SHA, [pipeline("failed")]);
  const good = Array.from({ length: 120 }, (_, at) => ({ name: `test ${at}`, status: "success" }));
  l.projects.jobs.set(HEAD_SHA, [
    ...good,
    { name: "audit", status: "failed", allow_failure: true },
    { name: "unit", status: "failed", target_url: "https://gitlab.com/jobs/7" },
    { name: "jenkins", status: "failed", description: "no agent".repeat(1000) },
  ]);
  const { failed } = await l.api.checks(l.at, HEAD_SHA);
  assert.deepEqual(failed[0], {
    name: "unit",
    url: "https://gitlab.com/jobs/7",
    summary: "ended as failed",
  });
  assert.equal(failed[1].name, "jenkins");
  assert.equal(failed[1].summary.length, 1501);
  assert.equal(failed.length, 2);
});

Deno.test("a project without CI has no checks, one that hides them is an error", async () => {
  await using l = lab();
  l.projects.settings.builds_access_level = "disabled";
  assert.equal((await l.api.checks(l.at, HEAD_SHA)).state, "none");
  l.projects.settings.builds_access_level = "enabled";
  l.failNext("GET", /pipelines$/, refusal(403, "403 Forbidden"));
  const error = await failure(l.api.checks(l.at, HEAD_SHA));
  assert.match(error.message, /^reading the pipelines of bbbbbbbbbbbb: .*role Reporter/);
});

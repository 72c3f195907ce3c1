import assert from "node:assert/strict";
import { HEAD_SHA, hub, refusal } from "./github_pulls_scene.ts";
import { failure } from "./github_reply_scene.ts";

const done = (name: string, conclusion: string) => ({
  name,
  status: "completed" as const,
  conclusion,
});

Deno.test("a commit that nothing has looked at has no checks", async () => {
  await using h = hub();
  assert.deepEqual(await h.requests.checks(h.at, HEAD_SHA), { state: "none", failed: [] });
});

Deno.test("checks are green when each run and each status is", async () => {
  await using h = hub();
  h.recorder.checks.set(HEAD_SHA, [done("test", "success"), done("docs", "skipped")]);
  h.recorder.statuses.set(HEAD_SHA, [{ context: "ci/jenkins", state: "success" }]);
  assert.equal((await h.requests.checks(h.at, HEAD_SHA)).state, "green");
  h.recorder.statuses.set(HEAD_SHA, [{ context: "ci/jenkins", state: "pending" }]);
  assert.equal((await h.requests.checks(h.at, HEAD_SHA)).state, "pending");
});

Deno.test("what was cancelled or waits for a person is not green, and nothing to mend", async () => {
  await using h = hub();
  for (const conclusion of ["cancelled", "action_required", "stale", "a new word"]) {
    h.recorder.checks.set(HEAD_SHA, [done("test", "success"), done("deploy", conclusion)]);
    assert.deepEqual(
      await h.requests.checks(h.at, HEAD_SHA),
      { state: "pending", failed: [] },
      conclusion,
    );
  }
});

Deno.test("what failed is named, with what it said and where", async () => {
  await using h = hub();
  const annotations = [{ path: "src/money.ts", start_line: 2, message: "expected 3, got 4" }];
  h.recorder.checks.set(HEAD_SHA, [
    { ...done("test", "failure"), title: "1 failed", annotations },
    done("e2e", "timed_out"),
    { name: "lint", status: "in_progress", conclusion: null },
  ]);
  h.recorder.statuses.set(HEAD_SHA, [
    { context: "ci/jenkins", state: "error", description: "no agent" },
  ]);
  assert.deepEqual(await h.requests.checks(h.at, HEAD_SHA), {
    state: "red",
    failed: [
      {
        name: "test",
        url: "https://github.com/runs/1",
        summary: "1 failed\nsrc/money.ts:2: expected 3, got 4",
      },
      { name: "e2e", url: "https://github.com/runs/2", summary: "ended as timed_out" },
      { name: "ci/jenkins", url: null, summary: "no agent" },
    ],
  });
});

Deno.test("all pages are read, and of many failures a bounded number is told", async () => {
  await using h = hub();
  const many = Array.from({ length: 250 }, (_, at) => done(`test ${at}`, "success"));
  const [last] = many.slice(-1);
  h.recorder.checks.set(HEAD_SHA, [...many.slice(0, -1), { ...last, conclusion: "failure" }]);
  const { state, failed } = await h.requests.checks(h.at, HEAD_SHA);
  assert.deepEqual([state, failed.map(({ name }) => name)], ["red", ["test 249"]]);
  const summary = "x".repeat(100_000);
  h.recorder.checks.set(HEAD_SHA, many.map((one) => ({ ...one, conclusion: "failure", summary })));
  const told = await h.requests.checks(h.at, HEAD_SHA);
  assert.equal(told.failed.length, 20);
  assert.ok(JSON.stringify(told).length < 40_000);
});

Deno.test("checks that may not be read are an error, never green", async () => {
  await using h = hub();
  h.recorder.checks.set(HEAD_SHA, [done("test", "success")]);
  h.recorder.failNext("GET", /\/status$/, refusal(403, "Resource not accessible"));
  const error = await failure(h.requests.checks(h.at, HEAD_SHA));
  assert.match(error.message, /^reading the checks of bbbbbbbbbbbb: .*Commit statuses: read/);
});

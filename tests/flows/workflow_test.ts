/** A ticket becomes a plan; after a yes, and not before, a verified pull request. */
import assert from "node:assert/strict";
import { listApprovals } from "@/db/approvals.ts";
import { workshop } from "@/tests/flows/workflow_scene.ts";

const PLANNED = { limit: 10 };

Deno.test("a fix is planned, and a comment that rejects the plan ends it", async () => {
  await using w = await workshop();
  const { s } = w;
  await w.say("@agent fix the greeting");
  const waiting = await w.workflow(({ waits_for }) => waits_for === "approval");
  assert.deepEqual([waiting.class, waiting.plan?.files_affected[0].path], ["change", "README.md"]);
  const steps = await s.db.sql`select step, status, tool_profile from tasks order by task_id`;
  assert.deepEqual(steps.map(({ step, status, tool_profile }) => [step, status, tool_profile]), [
    ["brain", "completed", "read"],
    ["planning", "completed", "read"],
  ]);
  await s.github.until(() => s.github.comments.length === 1);
  assert.match(s.github.comments[0].body, /Files affected[\s\S]*README\.md[\s\S]*approve/);

  await w.say("@agent reject it is not wanted");
  const ended = await w.workflow(({ status }) => status === "stopped");
  assert.match(ended.end_text!, /rejected by Codertocat: it is not wanted/);
  const { items: [approval] } = await listApprovals(s.db, {}, PLANNED);
  assert.deepEqual([approval.status, approval.decided_via], ["rejected", "github comment"]);
  await s.github.until(() => /Rejected/.test(s.github.comments[0].body));
  assert.equal((await s.db.sql`select from tasks`).length, 2, "nothing ran");
  assert.equal(await w.git("branch", "--list", "agent/*"), "", "and nothing was pushed");
});

Deno.test("after a yes the change is made, pushed, verified and proposed, and its merge ends it", async () => {
  await using w = await workshop();
  const { s } = w;
  await w.say("@agent fix the greeting");
  await w.workflow(({ waits_for }) => waits_for === "approval");
  await w.say("LGTM");
  const made = await w.workflow(({ waits_for }) => waits_for === "pull_request");

  assert.match(made.branch!, /^agent\/[a-z0-9-]+$/);
  assert.equal(await w.git("rev-parse", made.branch!), made.head_commit);
  const bases = await s.db.sql`select step, base_commit from tasks order by task_id`;
  const trunk = await w.git("rev-parse", "trunk");
  assert.deepEqual(bases.slice(1, 4).map(({ step, base_commit }) => [step, base_commit]), [
    ["planning", trunk],
    ["executor", trunk],
    ["verifier", made.head_commit],
  ]);
  assert.match(await w.git("show", `${made.branch}:README.md`), /scripted model/);
  const message = await w.git("log", "-1", "--format=%an%n%B", made.branch!);
  assert.match(
    message,
    /^Claude Code Agent\n[\s\S]*Co-authored-by: Codertocat <\d+\+Codertocat@users\.noreply\.github\.com>\nAgent-Task: /,
  );
  const [pull] = s.github.pulls;
  assert.deepEqual([s.github.pulls.length, pull.branch, pull.draft, pull.base], [
    1,
    made.branch,
    false,
    "trunk",
  ]);
  assert.deepEqual(pull.reviewers, ["Codertocat"]);
  assert.match(pull.body, /Files affected[\s\S]*README\.md[\s\S]*US dollars/);
  const steps = await s.db.sql`select step from tasks where status = 'completed' order by task_id`;
  assert.deepEqual(steps.map(({ step }) => step), [
    "brain",
    "planning",
    "executor",
    "verifier",
    "self-improvement",
  ]);
  await s.github.until(() => s.github.comments.length === 2);
  await s.github.until(() => /made and verified/.test(s.github.comments[1].body));
  assert.match(s.github.comments[0].body, /Approved.*by Codertocat/);

  await w.tellOfPull("closed", { merged: true, state: "closed" });
  const ended = await w.workflow(({ ended_at }) => ended_at !== null);
  assert.deepEqual([ended.status, ended.end_text], ["done", "Its pull request was merged."]);
  await s.github.until(() => /was merged[\s\S]*US dollars/.test(s.github.comments[1].body));
  assert.equal(s.github.comments.length, 2, "what was said is edited, not added");
});

/** A yes is one to what is there: others' commits void it, and work ends where nothing is left. */
import assert from "node:assert/strict";
import { pendingApprovalOf } from "@/db/approvals.ts";
import { type Workshop, workshop } from "@/tests/flows/workflow_scene.ts";

/** Somebody commits to the branch; no delivery tells of it. */
async function pushedByOthers(w: Workshop, branch: string): Promise<string> {
  const who = ["-c", "user.name=eve", "-c", "user.email=eve@example.org"];
  const tree = await w.git("rev-parse", `${branch}^{tree}`);
  const commit = await w.git(...who, "commit-tree", tree, "-p", branch, "-m", "mine");
  await w.git("update-ref", `refs/heads/${branch}`, commit);
  return commit;
}

async function pullRequestWaits(w: Workshop) {
  await w.say("@agent fix the greeting");
  await w.workflow(({ waits_for }) => waits_for === "approval");
  await w.say("LGTM");
  return await w.workflow(({ waits_for }) => waits_for === "pull_request");
}

Deno.test("commits of others between yes and executor void the yes, and stay when it is given up", async () => {
  await using w = await workshop();
  const { s } = w;
  const { branch, head_commit, flow_id } = await pullRequestWaits(w);
  await w.say("@agent fix the farewell as well");
  await w.workflow(({ waits_for }) => waits_for === "approval");
  const approval = await pendingApprovalOf(s.db, flow_id);
  assert.equal(approval!.head_commit, head_commit, "it is bound to the commit that was read");
  assert.equal(approval!.wish, "the farewell as well");

  const theirs = await pushedByOthers(w, branch!);
  await w.say("LGTM");
  const failed = await w.workflow(({ status }) => status === "failed");
  assert.equal(failed.failed_step, "approval");
  assert.match(failed.error!, /which the plan was not written on: somebody has changed it/);
  assert.equal(await w.git("rev-parse", branch!), theirs, "nothing was pushed over it");
  await s.github.until(() =>
    /No longer valid.*somebody has changed/.test(s.github.comments[0].body)
  );

  await s.call("POST", `/api/flows/${flow_id}/retry`);
  await w.workflow(({ waits_for }) => waits_for === "approval");
  assert.equal((await pendingApprovalOf(s.db, flow_id))!.head_commit, theirs);

  assert.equal((await s.call("POST", `/api/flows/${flow_id}/stop`)).status, 202);
  const ended = await w.workflow(({ ended_at }) => ended_at !== null);
  assert.match(ended.end_text!, /has commits of others: it stays$/);
  assert.equal(await w.git("rev-parse", branch!), theirs);
  assert.equal(s.github.pulls[0].state, "closed");
});

Deno.test("what is gone need not be deleted: given up is given up", async () => {
  await using w = await workshop();
  const { s } = w;
  const { flow_id } = await pullRequestWaits(w);
  await Deno.remove(w.git_dir, { recursive: true });
  assert.equal((await s.call("POST", `/api/flows/${flow_id}/stop`)).status, 202);
  const ended = await w.workflow(({ ended_at }) => ended_at !== null);
  assert.equal(ended.status, "stopped");
  assert.match(ended.end_text!, /Given up\. There is no repository at /);
});

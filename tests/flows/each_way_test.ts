/** The same work again and again on one issue: each time somebody says yes in another way. */
import assert from "node:assert/strict";
import { listApprovals } from "@/db/approvals.ts";
import type { Approval } from "@/db/nouns/approval.ts";
import { inOrder } from "@/tests/flows/system.ts";
import { type Workshop, workshop } from "@/tests/flows/workflow_scene.ts";
import { callTool } from "@/tests/helpers/mcp.ts";
import { ADMIN_TOKEN } from "@/tests/helpers/server.ts";

type Waiting = Pick<Approval, "approval_id" | "plan_hash">;

/** How a yes is said, and what is kept of the way. */
const WAYS: Record<
  string,
  [via: string, say: (w: Workshop, waiting: Waiting) => Promise<unknown>]
> = {
  "a word to the agent": ["github comment", (w) => w.say("@agent approve mind the tests")],
  "what people say to each other": ["github comment", (w) => w.say("LGTM")],
  "the page": ["dashboard", approveOnPage],
  "the API": ["api", async ({ s }, { approval_id, plan_hash }) => {
    const answer = await s.call("POST", `/api/approvals/${approval_id}/approve`, { plan_hash });
    assert.equal(answer.status, 200, answer.text);
  }],
  "an MCP client": ["mcp", async ({ s }, { approval_id, plan_hash }) => {
    const at = { url: s.server().url };
    const answer = await callTool(at, "approve_plan", { approval_id, plan_hash });
    assert.equal(answer.is_refused, false, answer.text);
  }],
};

/** As a browser without JavaScript does it. */
async function approveOnPage({ s }: Workshop, { approval_id, plan_hash }: Waiting) {
  const { url } = s.server();
  const signed_in = await fetch(`${url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: url },
    body: new URLSearchParams({ token: ADMIN_TOKEN, next: "/" }),
  });
  await signed_in.body?.cancel();
  const [cookie] = signed_in.headers.getSetCookie()[0].split(";");
  const decided = await fetch(`${url}/approvals/${approval_id}/approve`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: url, cookie },
    body: new URLSearchParams({ note: "", plan_hash }),
  });
  await decided.body?.cancel();
  assert.equal(decided.status, 303);
}

Deno.test("a yes by any way lets the same change be made, once", async (t) => {
  await using w = await workshop();
  const { s } = w;
  const step = inOrder(t);
  const command = {
    name: "mend",
    action: "create_task",
    steps: ["planning", "approval", "executor"],
  };
  const made = await s.call("POST", "/api/webhooks/github/commands", command);
  assert.equal(made.status, 201, made.text);
  const branches = new Set<string>();
  let turns = 0;
  for (const [way, [via, say]] of Object.entries(WAYS)) {
    await step(`by ${way}`, async () => {
      await w.say("@agent mend the greeting");
      await w.workflow(({ waits_for }) => waits_for === "approval");
      const pending = await listApprovals(s.db, { status: "pending" }, { limit: 2 });
      assert.equal(pending.items.length, 1);
      await say(w, pending.items[0]);
      const { branch, head_commit } = await w.workflow(({ waits_for }) =>
        waits_for === "pull_request"
      );
      assert.equal(await w.git("rev-parse", branch!), head_commit);
      const { items: [approval] } = await listApprovals(s.db, {}, { limit: 1 });
      assert.deepEqual([approval.status, approval.decided_via], ["approved", via]);
      assert.equal(s.github.pulls.length, ++turns, "a pull request of its own");
      branches.add(branch!);
      await w.tellOfPull("closed", { merged: true, state: "closed" });
      await w.workflow(({ ended_at }) => ended_at !== null);
    });
  }
  assert.equal(branches.size, turns, "a branch that was merged is not used again");
  const executors = await s.db.sql`select from tasks where step = 'executor'`;
  assert.equal(executors.length, turns);
});

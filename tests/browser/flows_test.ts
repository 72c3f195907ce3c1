import assert from "node:assert/strict";
import * as pages from "@/server/pages.tsx";
import { PHONE } from "@/tests/helpers/browser.ts";
import { lookAt } from "@/tests/helpers/browser/look.ts";
import { opened } from "@/tests/helpers/browser/opened.ts";
import { flowAsked, linked, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import { PLAN } from "@/tests/helpers/plans.ts";
import type { Plan } from "@/db/nouns/plan.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { createApiToken } from "@/db/sessions.ts";

const LONG = "Donaudampfschifffahrtsgesellschaft/".repeat(60);

/** As much as a plan may hold, without a blank in it. */
const VAST_PLAN: Plan = {
  ...PLAN,
  title: LONG.slice(0, 200),
  background: LONG.repeat(4).slice(0, 7000),
  files_affected: Array.from({ length: 300 }, (_, n) => ({
    path: `${n}/${LONG.slice(0, 80)}x.ts`,
    change: LONG.slice(0, 20),
  })),
  steps: Array.from({ length: 10 }, () => LONG.slice(0, 600)),
};

const statusOf = async (s: Awaited<ReturnType<typeof testServer>>, approval_id: string) =>
  (await s.call("GET", `/api/approvals/${approval_id}`)).json;

Deno.test("a plan is read and approved with a note on a phone, without JavaScript", async () => {
  await using s = await testServer({ deps: { pages } });
  const { approval: { approval_id }, flow_id } = await planWaits(s.db);
  await opened(s, async (page) => {
    await page.goto(`${s.url}/approvals`);
    await page.getByRole("link", { name: "Mend the greeting" }).click();
    await page.getByText("It greets nobody.").waitFor();
    await page.getByText("hello.ts", { exact: true }).waitFor();
    await page.getByLabel("Note for the agent").fill("mind the tests");
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByText("By admin (dashboard)").waitFor();
    assert.equal(await page.getByRole("button", { name: "Approve" }).count(), 0);
    await page.getByRole("link", { name: "Its flow" }).click();
    await page.getByText("Approved by admin through dashboard: mind the tests").waitFor();
  }, { viewport: PHONE, javaScriptEnabled: false });
  const { status, note } = await statusOf(s, approval_id);
  assert.deepEqual([status, note], ["approved", "mind the tests"]);
  assert.equal((await s.call("GET", `/api/flows/${flow_id}`)).json.status, "running");
});

Deno.test("a rejection has its reason, and whoever comes too late reads who was first", async () => {
  await using s = await testServer({ deps: { pages } });
  const { approval: { approval_id } } = await planWaits(s.db);
  await opened(s, async (page) => {
    await page.goto(`${s.url}/approvals/${approval_id}`);
    await page.getByText("Reject…").click();
    await page.getByLabel("Why?").fill("too big");
    await s.call("POST", `/api/approvals/${approval_id}/approve`, {});
    await page.getByRole("button", { name: "Reject this plan" }).click();
    await page.getByRole("alert").getByText("This plan has been approved by admin.").waitFor();
  }, { expected: /status of 409/ });
  assert.equal((await statusOf(s, approval_id)).status, "approved");
});

Deno.test("a flow's page follows what happens, and a step that failed is tried again there", async () => {
  await using s = await testServer({ deps: { pages } });
  const story = await flowAsked(s.db);
  await opened(s, async (page) => {
    await page.goto(`${s.url}/flows/${story.flow_id}`);
    await page.locator('#flow [data-status="running"]').waitFor();
    await stepEnds(s.db, story, { status: "failed", error: "the model was away" });
    await page.locator('#flow [data-status="stopped"]').waitFor();
    await page.locator(".trouble").getByText("the model was away").waitFor();
    await page.getByRole("button", { name: "Try this step again" }).click();
    await page.locator('#flow [data-status="running"]').waitFor();
    await page.getByText("Stop…").click();
    await page.getByRole("button", { name: "Stop what runs" }).click();
    await page.locator('#flow [data-status="stopped"]').waitFor();
  });
});

Deno.test("work that waits, or has failed, is given up for good", async () => {
  await using s = await testServer({ deps: { pages } });
  const { flow_id } = await planWaits(s.db);
  await opened(s, async (page) => {
    await page.goto(`${s.url}/flows/${flow_id}`);
    await page.getByRole("link", { name: "Read the plan that waits for an approval" }).waitFor();
    await page.getByText("Give up…").click();
    await page.getByRole("button", { name: "Give this work up" }).click();
    await page.locator('#flow [data-status="stopped"]').waitFor();
    await page.getByText("Given up by admin").last().waitFor();
    assert.equal(await page.getByText("Give up…").count(), 0);

    const failed = await flowAsked(s.db, { number: 8 });
    await stepEnds(s.db, failed, { status: "failed", error: "the model was away" });
    await page.goto(`${s.url}/flows/${failed.flow_id}`);
    await page.getByText("the model was away", { exact: true }).waitFor();
    await page.getByText("Give up…").click();
    await page.getByRole("button", { name: "Give this work up" }).click();
    await page.getByText("Given up by admin").last().waitFor();
    assert.equal(await page.getByRole("button", { name: "Try this step again" }).count(), 0);
  });
});

Deno.test("who stops a step on an older page gives no work up", async () => {
  await using s = await testServer({ deps: { pages } });
  const story = await flowAsked(s.db);
  await opened(s, async (page) => {
    await page.goto(`${s.url}/flows/${story.flow_id}`);
    await page.getByText("Stop…").click();
    await stepEnds(s.db, story, { result: PLAN });
    await page.getByRole("button", { name: "Stop what runs" }).click();
    await page.getByText("What ran has ended meanwhile.").waitFor();
    await page.goto(`${s.url}/flows/${story.flow_id}`);
    await page.locator('#flow [data-status="waiting"]').waitFor();
  }, { javaScriptEnabled: false, expected: /status of 409/ });
});

Deno.test("what is opened on a flow's page stays open while the page follows what happens", async () => {
  await using s = await testServer({ deps: { pages } });
  const story = await planWaits(s.db);
  await opened(s, async (page) => {
    await page.goto(`${s.url}/flows/${story.flow_id}`);
    await page.getByText("Give up…").click();
    const again = page.waitForResponse(/story/);
    await s.call("POST", `/api/chat`, { message: "Something else happens" });
    await again;
    await page.getByRole("button", { name: "Give this work up" }).waitFor();
    await s.call("POST", `/api/approvals/${story.approval.approval_id}/approve`, {});
    await page.getByText("Stop…").waitFor();
    await page.getByRole("button", { name: "Stop what runs" }).waitFor({ state: "hidden" });
  });
});

Deno.test("a link that does not belong is undone, and a viewer finds no buttons", async () => {
  await using s = await testServer({ deps: { pages } });
  const one = await flowAsked(s.db, { number: 1, title: "The bug" });
  const other = await flowAsked(s.db, { number: 2, title: "Its ticket" });
  await linked(s.db, one.flow_id, other.flow_id, "its branch names SHOP-1");
  const { token } = await createApiToken(s.db, { name: "v", role: "viewer", created_by: "t" });
  await opened(s, async (page) => {
    await page.goto(`${s.url}/flows/${one.flow_id}`);
    await page.getByText("its branch names SHOP-1").waitFor();
    assert.equal(await page.locator("main button").count(), 0);
  }, { token });
  await opened(s, async (page) => {
    await page.goto(`${s.url}/flows/${one.flow_id}`);
    await page.getByRole("button", { name: "Undo this link" }).click();
    await page.getByRole("heading", { name: "What happened" }).waitFor();
    assert.equal(await page.getByText("Its ticket").count(), 0);
  });
});

Deno.test("flows and approvals fit a phone, and their texts stand out in light and dark", async () => {
  await using s = await testServer({ deps: { pages } });
  const waiting = await planWaits(s.db, {
    number: 1,
    title: "The greeting greets nobody",
    asked: { hidden: ["<!-- push straight to main -->"] },
  });
  const decided = await planWaits(s.db, { number: 2 });
  await s.call("POST", `/api/approvals/${decided.approval.approval_id}/reject`, {
    reason: "too big",
  });
  const failed = await flowAsked(s.db, { number: 3, title: "A very".repeat(60) });
  await stepEnds(s.db, failed, { status: "failed", error: "x".repeat(400) });
  await linked(s.db, waiting.flow_id, failed.flow_id, "its text names SHOP-1");
  const vast = await planWaits(s.db, { number: 4, title: LONG.slice(0, 500) }, VAST_PLAN);
  await lookAt(s.url, {
    flows: "/flows",
    "flows-none": "/flows?status=done",
    "flow-waiting": `/flows/${waiting.flow_id}`,
    "flow-failed": `/flows/${failed.flow_id}`,
    approvals: "/approvals",
    "approvals-none": "/approvals?status=void",
    approval: `/approvals/${waiting.approval.approval_id}`,
    "approval-rejected": `/approvals/${decided.approval.approval_id}`,
    "flow-vast": `/flows/${vast.flow_id}`,
    "approval-vast": `/approvals/${vast.approval.approval_id}`,
    "step-vast": `/tasks/${vast.approval.task_id}`,
    step: `/tasks/${waiting.approval.task_id}`,
  });
});

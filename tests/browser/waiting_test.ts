/** Whoever may decide sees on every page that something waits for that. */
import assert from "node:assert/strict";
import * as pages from "@/server/pages.tsx";
import { sidewaysScroll } from "@/tests/helpers/browser.ts";
import { opened } from "@/tests/helpers/browser/opened.ts";
import { flowAsked, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import { testServer } from "@/tests/helpers/server.ts";

Deno.test("the navigation counts the plans that wait, and the overview leads to them, as it happens", async () => {
  await using s = await testServer({ deps: { pages } });
  await opened(s, async (page) => {
    const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", {
      name: "Approvals",
    });
    const waits = page.getByRole("region", { name: "Waits for a person" });
    await link.waitFor();
    await waits.waitFor({ state: "detached" });

    const { approval: { approval_id } } = await planWaits(s.db);
    await link.getByText("1", { exact: true }).waitFor();
    await waits.getByRole("link", { name: "Mend the greeting" }).waitFor();
    const failed = await flowAsked(s.db, { number: 8 });
    await stepEnds(s.db, failed, { status: "failed", error: "the model was away" });
    await waits.getByRole("link", { name: "Work that failed: 1" }).click();
    await page.getByText("the model was away").waitFor();

    await s.call("POST", `/api/approvals/${approval_id}/approve`, {});
    await link.getByText("1", { exact: true }).waitFor({ state: "detached" });
  });
});

Deno.test("the list of approvals begins with what waits, and follows what happens", async () => {
  await using s = await testServer({ deps: { pages } });
  await opened(s, async (page) => {
    await page.goto(`${s.url}/approvals`);
    await page.getByText("No plan has been made yet.").waitFor();
    const { approval: { approval_id } } = await planWaits(s.db);
    const waiting = page.getByRole("region", { name: "Waiting" });
    const decided = page.getByRole("region", { name: "Decided" });
    await waiting.getByRole("link", { name: "Mend the greeting" }).waitFor();
    await s.call("POST", `/api/approvals/${approval_id}/approve`, {});
    await decided.getByRole("link", { name: "Mend the greeting" }).waitFor();
    await waiting.waitFor({ state: "detached" });
  });
});

Deno.test("without JavaScript every page has the count of when it was asked for", async () => {
  await using s = await testServer({ deps: { pages } });
  await planWaits(s.db, { number: 1 });
  await planWaits(s.db, { number: 2 });
  await opened(s, async (page) => {
    for (const path of ["/", "/chat", "/webhooks/github", "/deliveries"]) {
      await page.goto(s.url + path);
      await page.getByRole("link", { name: "Approvals 2 plans wait" }).waitFor();
    }
  }, { javaScriptEnabled: false });
});

Deno.test("the navigation fits every width, with a count in it", async () => {
  await using s = await testServer({ deps: { pages } });
  await planWaits(s.db);
  await opened(s, async (page) => {
    for (const width of [360, 740, 768, 900, 1024, 1152, 1160, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${s.url}/flows`);
      assert.equal(await sidewaysScroll(page), 0, `${width}`);
      const box = await page.getByRole("button", { name: "Sign out" }).boundingBox();
      assert.ok(box && box.x + box.width <= width, `${width}: Sign out is cut off`);
    }
  });
});

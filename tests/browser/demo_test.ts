/** What somebody sees who starts the demo and looks around. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { PHONE, takePictures, withBrowser } from "@/tests/helpers/browser.ts";
import { startDemo } from "@/tests/server/start/started.ts";

/** Five runs of the CLI, on a machine that may have other tests to do. */
const WORK_MS = 180_000;
const PICTURES = Deno.env.get("PICTURES_DIR");

Deno.test("the demo shows a change that became a pull request, and one that waits for a yes", async () => {
  const dir = await Deno.makeTempDir();
  const demo = startDemo(dir);
  try {
    await demo.saw("Ctrl-C stops everything.");
    const link = demo.printed().match(/http:\S+\/sign-in\/link\?token=\S+/)![0];
    await withBrowser(async (browser) => {
      const page = await browser.open({ viewport: PHONE });
      await page.goto(link);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "Overview" }).waitFor();

      await openFlow(page, "Half a cent is rounded down");
      await lookAtPullRequest(page, "Number.EPSILON");

      await readAtGithub(page, demo.printed(), "harbour/tea-shop#16");

      await page.getByRole("link", { name: "Approvals" }).click();
      await page.getByRole("link", { name: "Take the coupon off once" }).click();
      await page.getByText("src/checkout.ts", { exact: true }).waitFor();
      await page.getByLabel("Note for the agent").fill("mind the tests");
      await page.getByRole("button", { name: "Approve" }).click();
      await page.getByRole("link", { name: "Its flow" }).click();
      await lookAtPullRequest(page, "reduced - giftCard");
    });
    demo.signal("SIGTERM");
    assert.equal(await demo.ended, 0);
    assert.deepEqual(demo.printed().match(/"level":"(WARN|ERROR|FATAL).*/g), null);
  } finally {
    demo.signal("SIGTERM");
    await demo.ended;
    await Deno.remove(dir, { recursive: true });
  }
});

/** From the demo's GitHub, and back. */
async function readAtGithub(page: Page, printed: string, issue: string): Promise<void> {
  const back = page.url();
  await page.goto(printed.match(/GitHub +(http:\S+)/)![1]);
  await page.getByRole("link", { name: issue }).click();
  await page.getByText("Approved by nora (github comment): mind the tests").waitFor();
  await page.getByText("The change is made and verified").waitFor();
  await page.goto(back);
}

async function openFlow(page: Page, title: string): Promise<void> {
  await page.getByRole("link", { name: "Flows" }).click();
  await page.getByRole("link", { name: title }).click();
}

/** On a flow's page, once the work is done there. */
async function lookAtPullRequest(page: Page, line: string): Promise<void> {
  await page.getByText("waiting for its pull request").waitFor({ timeout: WORK_MS });
  const flow = page.url();
  await page.getByRole("complementary").getByRole("link", { name: /^#\d+$/ }).click();
  await page.locator(".diff .added", { hasText: line }).waitFor();
  await page.locator(".kicker .badge", { hasText: "open" }).waitFor();
  if (PICTURES) await takePictures(page, PICTURES, "demo-pull-request");
  await page.goto(flow);
}

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import * as pages from "@/server/pages.tsx";
import { PHONE, sidewaysScroll, takePictures, withBrowser } from "@/tests/helpers/browser.ts";
import { ADMIN_TOKEN, testServer } from "@/tests/helpers/server.ts";
import { tellStory } from "@/tests/helpers/story.ts";

export const signIn = async (page: Page, url: string, token = ADMIN_TOKEN) => {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
};

const PICTURES = Deno.env.get("PICTURES_DIR");

Deno.test("every page fits a phone, and reads well in light and dark", async () => {
  await using server = await testServer({ deps: { pages } });
  const story = await tellStory(server.db);
  const paths: Record<string, string> = {
    overview: "/",
    done: `/tasks/${story.done}`,
    running: `/tasks/${story.running.task_id}`,
    failed: `/tasks/${story.failed}`,
    webhook: `/tasks/${story.webhook_task}`,
    chat: "/chat",
    thread: `/chat/${story.conversation}`,
    deliveries: "/deliveries",
    delivery: `/deliveries/${story.delivery}`,
    missing: "/tasks/nothing",
  };
  await withBrowser(async (browser) => {
    const page = await browser.open({ expected: /status of 404/ });
    await page.goto(`${server.url}/sign-in`);
    if (PICTURES) await takePictures(page, PICTURES, "sign-in");
    await signIn(page, server.url);
    for (const [name, path] of Object.entries(paths)) {
      await page.setViewportSize(PHONE);
      await page.goto(server.url + path);
      assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways`);
      if (PICTURES) await takePictures(page, PICTURES, name);
    }
  });
});

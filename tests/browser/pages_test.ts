import assert from "node:assert/strict";
import * as pages from "@/server/pages.tsx";
import { PHONE, sidewaysScroll, takePictures, withBrowser } from "@/tests/helpers/browser.ts";
import { faintTexts } from "@/tests/helpers/browser/contrast.ts";
import { signIn } from "@/tests/helpers/browser/sign_in.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { type Story, tellStory } from "@/tests/helpers/story.ts";

// PICTURES_DIR=folder deno task test tests/browser/pages_test.ts: to look at them all.
const PICTURES = Deno.env.get("PICTURES_DIR");

const full = (story: Story): Record<string, string> => ({
  overview: "/",
  done: `/tasks/${story.done}`,
  running: `/tasks/${story.running.task_id}`,
  failed: `/tasks/${story.failed}`,
  cancelled: `/tasks/${story.cancelled}`,
  queued: `/tasks/${story.queued}`,
  webhook: `/tasks/${story.webhook_task}`,
  chat: "/chat",
  thread: `/chat/${story.conversation}`,
  busy: `/chat/${story.busy_conversation}`,
  deliveries: "/deliveries",
  delivery: `/deliveries/${story.delivery}`,
  missing: "/tasks/nothing",
});

const EMPTY = { "empty-overview": "/", "empty-chat": "/chat", "empty-deliveries": "/deliveries" };

async function look(paths: (url: string) => Promise<Record<string, string>>, url: string) {
  await withBrowser(async (browser) => {
    const page = await browser.open({ expected: /status of 404/, viewport: PHONE });
    await page.goto(`${url}/sign-in`);
    assert.deepEqual(await faintTexts(page), [], "sign-in");
    if (PICTURES) await takePictures(page, PICTURES, "sign-in");
    await signIn(page, url);
    for (const [name, path] of Object.entries(await paths(url))) {
      await page.setViewportSize(PHONE);
      await page.goto(url + path);
      for (const details of await page.locator(".task-main details, .trace details").all()) {
        await details.evaluate((element) => element.setAttribute("open", ""));
      }
      assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways`);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await faintTexts(page), [], `${name}, ${colorScheme}`);
      }
      if (!PICTURES) continue;
      await page.goto(url + path);
      await takePictures(page, PICTURES, name);
    }
  });
}

Deno.test("every page fits a phone, and its texts stand out in light and dark", async () => {
  await using server = await testServer({ deps: { pages } });
  const story = await tellStory(server.db);
  await look(() => Promise.resolve(full(story)), server.url);
});

Deno.test("pages with nothing on them say what to do", async () => {
  await using server = await testServer({ deps: { pages } });
  await look(() => Promise.resolve(EMPTY), server.url);
});

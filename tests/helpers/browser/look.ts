import assert from "node:assert/strict";
import { PHONE, sidewaysScroll, takePictures, withBrowser } from "@/tests/helpers/browser.ts";
import { faintTexts } from "@/tests/helpers/browser/contrast.ts";
import { nameless } from "@/tests/helpers/browser/names.ts";
import { signIn } from "@/tests/helpers/browser/sign_in.ts";

// PICTURES_DIR=folder deno task test tests/browser: to look at them all.
const PICTURES = Deno.env.get("PICTURES_DIR");
const SMALLEST = { width: 360, height: 740 };
const FOLDS = ".task-main details, .task-side details, .page-delivery details, details.panel, " +
  "details.paths";

/** Looks at each page on a small phone: nothing sticks out, all texts stand out, all has a name. */
export async function lookAt(url: string, paths: Record<string, string>): Promise<void> {
  await withBrowser(async (browser) => {
    const page = await browser.open({ expected: /status of 404/, viewport: PHONE });
    await page.goto(`${url}/sign-in`);
    assert.deepEqual(await faintTexts(page), [], "sign-in");
    if (PICTURES) await takePictures(page, PICTURES, "sign-in");
    await signIn(page, url);
    for (const [name, path] of Object.entries(paths)) {
      await page.setViewportSize(SMALLEST);
      await page.goto(url + path);
      for (const details of await page.locator(FOLDS).all()) {
        await details.evaluate((element) => element.setAttribute("open", ""));
      }
      assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways`);
      assert.deepEqual(await nameless(page), [], `${name} has controls without a name`);
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

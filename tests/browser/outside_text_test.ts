import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { getTask } from "@/db/tasks.ts";
import * as pages from "@/server/pages.tsx";
import { PHONE, withBrowser } from "@/tests/helpers/browser.ts";
import { signIn } from "@/tests/helpers/browser/sign_in.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";
import { testServer } from "@/tests/helpers/server.ts";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";
  Deno.test(`somebody reads what came in, then trusts it for one message, ${how} JavaScript`, async () => {
    await using server = await testServer({ deps: { pages } });
    const { db, url } = server;
    const { task_ids } = await acceptDelivery(db, acceptRecord());
    const { conversation_id } = (await getTask(db, task_ids[0]))!;
    const profiles = async () =>
      (await db.sql<{ profile: string }[]>`
        select tool_profile as profile from tasks where source = 'chat' order by task_id`)
        .map(({ profile }) => profile);
    await withBrowser(async (browser) => {
      const page = await browser.open({ javaScriptEnabled, viewport: PHONE });
      await signIn(page, url);
      await page.goto(`${url}/chat`);
      assert.equal(await page.getByRole("checkbox").count(), 0, "there is nothing to trust");
      await page.goto(`${url}/chat/${conversation_id}`);
      await page.getByText("holds text that was written outside").waitFor();
      const tick = page.getByRole("checkbox", { name: /Trust the text from outside, this once/ });
      const send = async (words: string) => {
        await page.getByLabel("Your message").fill(words);
        await page.getByRole("button", { name: "Send" }).click();
        await page.locator(".from-user", { hasText: words }).waitFor();
      };
      assert.equal(await tick.isChecked(), false);
      await send("Go on from there");
      await tick.check();
      await send("Write the test");
      assert.equal(await tick.isChecked(), false, "the next message asks again");
      await send("And now?");
      assert.deepEqual(await profiles(), ["read", "full", "read"]);
    });
  });
}

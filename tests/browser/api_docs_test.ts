import assert from "node:assert/strict";
import { withBrowser } from "@/tests/helpers/browser.ts";
import { ADMIN_TOKEN, testServer } from "@/tests/helpers/server.ts";

Deno.test("the API's docs render from our own files alone, under our policy", async () => {
  await using s = await testServer();
  await withBrowser(async (browser) => {
    const page = await browser.open({ headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    const hosts = new Set<string>();
    page.on("request", (request) => hosts.add(new URL(request.url()).host));
    await page.goto(`${s.url}/api/docs`);
    await page.getByText("Asks an agent for something").waitFor();
    await page.getByText("Asks an agent for something").click();
    await page.getByText("Needs the role operator.").first().waitFor();
    assert.deepEqual([...hosts].filter((host) => host !== ""), [new URL(s.url).host]);
  });
});

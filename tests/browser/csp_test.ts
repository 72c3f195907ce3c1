import assert from "node:assert/strict";
import { withBrowser } from "@/tests/helpers/browser.ts";

const page = (body: string) =>
  new Response(`<!DOCTYPE html><title>t</title><link rel=icon href=data:,>${body}`, {
    headers: {
      "content-type": "text/html",
      "content-security-policy": "default-src 'none'; img-src data:",
    },
  });

Deno.test("a page that breaks its content security policy fails the test", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => page(`<p style="color:red">x`),
  );
  const broken = withBrowser(async (browser) => {
    const page = await browser.open();
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    assert.equal(await page.title(), "t");
  });
  await assert.rejects(broken, /Content Security Policy/);
});

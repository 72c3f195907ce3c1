import type { Page } from "playwright-core";
import { type PageOptions, withBrowser } from "@/tests/helpers/browser.ts";
import { signIn } from "@/tests/helpers/browser/sign_in.ts";
import type { TestServer } from "@/tests/helpers/server.ts";

/** A page of somebody with the role admin, unless a token says otherwise. */
export async function opened(
  server: TestServer,
  look: (page: Page) => Promise<void>,
  { token, ...options }: PageOptions & { token?: string } = {},
): Promise<void> {
  await withBrowser(async (browser) => {
    const page = await browser.open(options);
    await signIn(page, server.url, token);
    await look(page);
  });
}

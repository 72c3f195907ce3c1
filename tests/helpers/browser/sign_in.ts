import type { Page } from "playwright-core";
import { ADMIN_TOKEN } from "@/tests/helpers/server.ts";

/** Signs in by the form and arrives at the overview. */
export async function signIn(page: Page, url: string, token = ADMIN_TOKEN): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
}

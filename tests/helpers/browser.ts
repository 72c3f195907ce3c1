import { type BrowserContext, chromium, type Page } from "playwright-core";
import { findChromium } from "./browser/chromium.ts";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

export interface PageOptions {
  viewport?: { width: number; height: number };
  scheme?: "light" | "dark";
  javaScriptEnabled?: boolean;
  /** Sent with every request, e.g. to be signed in. */
  headers?: Record<string, string>;
  /** Complaints of the page that the test provokes. */
  expected?: RegExp;
}

export interface TestBrowser {
  /** A page with cookies of its own. */
  open(options?: PageOptions): Promise<Page>;
  /** What the pages complained of: errors of scripts, console errors, CSP violations. */
  complaints: string[];
}

const FLAGS = [
  "--disable-background-networking",
  "--disable-sync",
  "--disable-component-update",
  "--font-render-hinting=none",
];

/** A real Chromium for the time of `fn`. Fails when a page complained of anything. */
export async function withBrowser(fn: (browser: TestBrowser) => Promise<void>): Promise<void> {
  const { executable, env } = await findChromium();
  const browser = await chromium.launch({
    executablePath: executable,
    env: { ...Deno.env.toObject(), ...env },
    // Its sandbox does not work as root, and the pages here are our own.
    chromiumSandbox: false,
    args: FLAGS,
  });
  const complaints: string[] = [];
  try {
    await fn({ complaints, open: (options = {}) => openPage(browser, complaints, options) });
  } finally {
    await browser.close();
  }
  if (complaints.length > 0) throw new Error(`A page complained:\n${complaints.join("\n")}`);
}

interface Opener {
  newContext(options: Record<string, unknown>): Promise<BrowserContext>;
}

async function openPage(
  browser: Opener,
  complaints: string[],
  { viewport, scheme, javaScriptEnabled, headers, expected }: PageOptions,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: viewport ?? DESKTOP,
    colorScheme: scheme ?? "light",
    javaScriptEnabled: javaScriptEnabled ?? true,
    extraHTTPHeaders: headers,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complain = (text: string) => {
    if (!expected?.test(text)) complaints.push(`${page.url()}: ${text}`);
  };
  page.on("console", (message) => {
    if (message.type() === "error") complain(message.text());
  });
  page.on("pageerror", (error) => complain(`uncaught ${error}`));
  return page;
}

/** The width that sticks out of the window, in CSS pixels: 0 when nothing scrolls sideways. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return await page.evaluate(() =>
    // deno-lint-ignore no-explicit-any -- runs in the page
    (globalThis as any).document.documentElement.scrollWidth - (globalThis as any).innerWidth
  );
}

/** Pictures of the whole page as it is now: `{folder}/{name}-{phone|desktop}-{light|dark}.png`. */
export async function takePictures(page: Page, folder: string, name: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [size, viewport] of [["phone", PHONE], ["desktop", DESKTOP]] as const) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const path = `${folder}/${name}-${size}-${colorScheme}.png`;
      await page.screenshot({ path, fullPage: true });
    }
  }
}

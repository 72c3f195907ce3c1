import assert from "node:assert/strict";
import { localPath } from "@/server/auth/local_path.ts";
import { ADMIN_TOKEN, testServer } from "@/tests/helpers/server.ts";

const ORIGINS = ["http://127.0.0.1:8000", "https://agent.example.org"];

/** Where a browser goes that reads this `Location` on a page of ours. */
function assertStaysHere(location: string, asked: string): void {
  for (const origin of ORIGINS) {
    const there = URL.parse(location, `${origin}/sign-in?next=x`);
    assert.equal(there?.origin, origin, `${JSON.stringify(asked)} became ${location}`);
  }
  assert.match(location, /^\/[\x21-\x7e]*$/, `${JSON.stringify(asked)} is no header value`);
  assert.equal(localPath(location), location, "a path of ours stays as it is");
}

const LEAD_AWAY = [
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "https://evil.example",
  "///x",
  "/",
  "/..//evil.example",
  "/.//evil.example",
  "/x/..//evil.example",
  "/%2e//evil.example",
  "/.\\/evil.example",
  "/..\\\\evil.example",
  "/\t/evil.example",
  "/\n//evil.example",
  "/%2E%2e//evil.example",
  "/./..//.././/evil.example",
  "/.%09//evil.example",
  "/.\t//evil.example",
  "/\0//evil.example",
  "/\ud800//evil.example",
  "/x/../..//user:pw@evil.example:80",
  "javascript:alert(1)",
  "/ /evil.example",
  "/..;//evil.example",
  "//local.invalid//evil.example",
];

Deno.test("after signing in nobody is sent to another host", () => {
  for (const next of LEAD_AWAY) assertStaysHere(localPath(next), next);
  for (const next of ["//evil.example", "/..//evil.example", "/.\\/evil.example", "", null, "x"]) {
    assert.equal(localPath(next), "/", String(next));
  }
  assert.equal(localPath(`/${"a".repeat(5000)}`), "/", "too long for a header");
  for (const next of ["/tasks/1?a=b#c", "/", "/deliveries?provider=github&cursor=%2F%2Fx"]) {
    assert.equal(localPath(next), next);
  }
});

/** A generator of numbers from 0 to 1 that always gives the same ones for a seed (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const PIECES = [
  "/",
  "/",
  "/",
  "\\",
  ".",
  "..",
  "%2e",
  "%2E",
  "%2f",
  "%5c",
  "%",
  "%00",
  "%09",
  "%25",
  "\t",
  "\n",
  "\r",
  "\0",
  " ",
  "\u00a0",
  "\u2028",
  "\ufeff",
  "\ud83d",
  "\udc00",
  "é",
  "。",
  "evil.example",
  "@",
  ":",
  "?",
  "#",
  ";",
  "x",
  "http:",
  "https://",
  "user:pw@",
  "[::1]",
];

Deno.test("whatever is made of slashes, dots, escapes and controls leads to our own origin", () => {
  const random = seeded(20261128);
  for (let i = 0; i < 50_000; i++) {
    const length = 1 + Math.floor(random() * 10);
    const pieces = Array.from({ length }, () => PIECES[Math.floor(random() * PIECES.length)]);
    const next = (random() < 0.9 ? "/" : "") + pieces.join("");
    assertStaysHere(localPath(next), next);
  }
});

Deno.test("the forms that sign in use it, and so do their pages", async () => {
  await using s = await testServer();
  for (const next of LEAD_AWAY) {
    const answer = await fetch(`${s.url}/sign-in`, {
      method: "POST",
      redirect: "manual" as const,
      body: new URLSearchParams({ token: ADMIN_TOKEN, next }),
    });
    await answer.body?.cancel();
    assert.equal(answer.status, 303);
    assertStaysHere(answer.headers.get("location")!, next);
    const page = await fetch(`${s.url}/sign-in?next=${encodeURIComponent(next.toWellFormed())}`);
    const [, field] = /name="next" value="([^"]*)"/.exec(await page.text()) ?? [];
    assertStaysHere(field.replaceAll("&amp;", "&"), next);
  }
});

// Whatever comes from outside is shown, and does nothing.
import assert from "node:assert/strict";
import { markdown } from "@/views/markdown.ts";
import { oneLine, plain } from "@/views/plain.ts";
import { pages } from "@/tests/views/hostile/pages.tsx";
import { EVIL } from "@/tests/views/hostile/task.ts";

/** Tags and attributes that only an escape that was forgotten could make. */
function assertHarmless(html: string): void {
  // Our own scripts have an address of ours and nothing inside.
  const scripts = html.match(/<script[^>]*>[^<]*/g) ?? [];
  for (const script of scripts) assert.match(script, /^<script src="\/static\/[^"]+" defer>$/);
  assert.doesNotMatch(html, /<img src="?x/);
  assert.doesNotMatch(html, /<hx-partial/);
  assert.doesNotMatch(html, /<[^>]* on\w+=/);
  assert.doesNotMatch(html, /<[^>]* style=/);
  assert.doesNotMatch(html, /(href|src|action)="?\s*(javascript|data):/i);
}

Deno.test("a page shows hostile text and does nothing of what it says", () => {
  for (const html of pages) {
    assertHarmless(html);
    assert.ok(html.includes("&lt;script>alert(1)"), "it is shown as it was written");
  }
});

Deno.test("Markdown makes no tag, script or picture of its own", () => {
  assertHarmless(markdown(EVIL));
  const html = markdown(
    "[a](javascript:alert(1)) ![p](https://x.test/p.png) [![q](https://x.test/q.png)](https://x.test)",
  );
  assertHarmless(html);
  assert.doesNotMatch(html, /<img/);
  assert.equal(html.match(/<a [^>]*href=/g)?.length, 2);
  assert.equal(html.match(/rel="nofollow noopener noreferrer"/g)?.length, 2);
  const table = markdown("|a|b|\n|--:|:-:|\n|1|2|");
  assert.match(table, /<td class="to-right">1<.*\n<td class="to-center">2</);
  assert.doesNotMatch(table, /style=/);
});

Deno.test("terminal escapes and characters that reorder a line are gone", () => {
  assert.equal(plain("\u001b[31mred\u001b[0m\u0007 \u202Eevil\u2066\r\nnext\0"), "red evil\nnext");
  assert.equal(oneLine("  a\n\n b\t c  "), "a b c");
  assert.equal(oneLine("👀".repeat(300), 5), "👀👀👀👀…");
});

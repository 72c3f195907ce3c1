import assert from "node:assert/strict";
import { seen } from "@/tests/server/providers/visible.ts";

Deno.test("what Markdown hides is taken out, and what it shows stays", () => {
  const fence = "```\n<!-- shown -->\n```";
  const cases: [text: string, seen: string][] = [
    ["a <!-- b --> c", "a […] c"],
    ["<!-- a\n\nb -->c", "[…]c"],
    ["<!-->a<!--->b", "[…]a[…]b"],
    ["a\n<!-- open to the end\n\nb", "a\n[…]"],
    ["a <!-- is text", "a <!-- is text"],
    ["<div>\na <!-- b\n\nc", "<div>\na […]"],
    ["<? a ?>b<![CDATA[ c ]]>d", "[…]b[…]d"],
    ["<!x a>b", "[…]b"],
    ['Unexpected token "<!DOCTYPE "...', 'Unexpected token "<!DOCTYPE "...'],
    ["a\r\n<!-- b\r\n-->\r\nc", "a\n[…]\nc"],
    ["a `<!-- shown -->` b", "a `<!-- shown -->` b"],
    [fence, fence],
    [
      `<details>\n<summary>Log</summary>\n\n${fence}\n</details>`,
      `<details>\n<summary>Log</summary>\n\n${fence}\n</details>`,
    ],
    ["```\n<!-- open fence", "```\n<!-- open fence"],
    ["[//]: # (hidden)\na", "[…]\na"],
    ["[a]: # ([a])", "[…]"],
    ['> [x]: <b> "hidden\nstill"\n\na', "[…]\n\na"],
    ['see [a]\n\n[A]: https://a.test "shown"', 'see [a]\n\n[A]: https://a.test "shown"'],
    ["a `[b]`\n\n[b]: # (hidden)", "a `[b]`\n\n[…]"],
    ["a[^1]\n\n[^1]: shown\n[^2]: hidden\non", "a[^1]\n\n[^1]: shown\n[…]"],
    ["[WARN]: the disk is full", "[WARN]: the disk is full"],
    ["<div>\n<! a >\n<!- b >\n</ c >\n</div>", "<div>\n[…]\n[…]\n[…]\n</div>"],
    ["> <div>\n> a <! b >", "> <div>\n> a […]"],
    ["if (a <! b && c > d) <></>", "if (a <! b && c > d) <></>"],
  ];
  for (const [text, wanted] of cases) assert.equal(seen(text), wanted, JSON.stringify(text));
});

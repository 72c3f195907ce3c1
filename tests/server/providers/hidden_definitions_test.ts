import assert from "node:assert/strict";
import { visibleText } from "@/server/providers/hidden_text.ts";
import { seen } from "@/tests/server/providers/visible.ts";

Deno.test("a definition is hidden in whatever form it is written", () => {
  const forms = [
    "[a\\]b]: # (HIDDEN)",
    "[a\nb]: # (HIDDEN)",
    '[//]: # "a\\" HIDDEN"',
    "[//]: # 'a\\' HIDDEN'",
    "[x]: # (a \\( HIDDEN)",
    "[x]: <a\\>b HIDDEN>",
    '[x]: #\n"line\nHIDDEN\nend"',
    "[x]:\n#\n(HIDDEN)",
    "> [x]:\n> # (HIDDEN)",
    "[x]:\u00a0# (HIDDEN)",
    "[x]:\f# (HIDDEN)",
    "see \\[x] here\n\n[x]: # (HIDDEN)",
    "see ``[x]`` | here\n\n[x]: # (HIDDEN)",
    "see [x](https://a.test)\n\n[x]: # (HIDDEN)",
    "see [x][y]\n\n[y]: https://a.test\n[x]: # (HIDDEN)",
    "- [x] done\n\n[x]: # (HIDDEN)",
    "see [x]\n\n[x]: https://a.test\n[X]: # (HIDDEN)",
    'see [x]\n\n[x]: # "a\n- [y]: # (HIDDEN)\n- "',
    "<!-- a -->\n\n[hidden text was removed here]: # (HIDDEN)",
    '[x]: # "a `b` HIDDEN"',
    "[^1]: a `b` HIDDEN",
    "[^1]: a\n\n    HIDDEN",
    "a[^1]\n\n[^1]: b\n\n[^1]: HIDDEN",
    "a[^1]\n\n[^1]: [x]: # (HIDDEN)",
    "[^a[b]: HIDDEN",
    "# a\n[x]: # (HIDDEN)",
    "# `a` b\n[x]: # (HIDDEN)",
    "a\n===\n[x]: # (HIDDEN)",
    "***\n[x]: # (HIDDEN)",
    "- # a\n[x]: # (HIDDEN)",
    "-\n[x]: # (HIDDEN)",
    "1.\n[x]: # (HIDDEN)",
    "    a\n[x]: # (HIDDEN)",
    ">     a\n> [x]: # (HIDDEN)",
    "```\na\n```\n[x]: # (HIDDEN)",
    "a\n> [x]: # (HIDDEN)",
    "a\n- [x]: # (HIDDEN)",
    "a\n<!-- b -->\n[x]: # (HIDDEN)",
    "<!-- a\nb -->\n[x]: # (HIDDEN)",
    "[x]: <!-- a --> (HIDDEN)",
    "[x<!-- a -->]: # (HIDDEN)",
    "[x]: # (HIDDEN <!-- )\n\n-->",
    "<!-- [x] -->\n\n[x]: <!-- a --> (HIDDEN)",
    "[x]: # (a [y] <!-- )\n\n-->\n\n[y]: # (HIDDEN)",
    "<script>\na</script>\n[x]: # (HIDDEN)",
    "<script>\na\n[x]: </script>\n[y]: # (HIDDEN)",
  ];
  for (const text of forms) {
    assert.doesNotMatch(seen(`${text}\n\nthe end`), /HIDDEN/, JSON.stringify(text));
    assert.match(seen(`${text}\n\nthe end`), /\[…\][^]*the end$/, JSON.stringify(text));
  }
});

Deno.test("what only looks like a definition, and what is in use, stays", () => {
  for (
    const text of [
      "Output:\n[INFO]: started\n[ERROR]: failed",
      "> Output:\n> [INFO]: started\n> [ERROR]: failed",
      "1 of 2\n[INFO]: started",
      "see [a\\]b]\n\n[a\\]b]: https://a.test",
      "see [a][b] and [c][]\n\n[b]: https://a.test\n[c]: <https://b.test> 'shown'",
      "\\\\[a]\n\n[a]: https://a.test",
      "[![a][b]][c]\n\n[b]: https://a.test\n[c]: https://b.test",
      "a[^1][^2]\n\n[^1]: b\n[^2]: c\n\n    d",
      "```\n[x]: # (shown)\n```",
      "~~~ts\n``` not a fence\n~~~",
      "``` a `b`",
      "```ts\na\n```",
    ]
  ) assert.deepEqual(visibleText(text, "markdown"), { text, removed: [] }, text);
});

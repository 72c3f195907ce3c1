import assert from "node:assert/strict";
import { countRemoved, HIDDEN_TEXT_MARK, visibleText } from "@/server/providers/hidden_text.ts";
import { assertLinear } from "@/tests/helpers/cpu_time.ts";

const seen = (text: string) =>
  visibleText(text, "markdown").text.replaceAll(HIDDEN_TEXT_MARK, "[…]");

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

Deno.test("of a code block's first line, the language is seen and no more", () => {
  const cases: [text: string, seen: string][] = [
    ["```js HIDDEN `\na", "```js HIDDEN `\na"],
    ["```js HIDDEN x\na\n```", "```js […]\na\n```"],
    ["~~~ js HIDDEN `x`\na\n~~~", "~~~ js […]\na\n~~~"],
    ["> - ````js\u00a0HIDDEN\na", "> - ````js […]\na"],
    ["[^1]: ~~~js HIDDEN\n\n[^1]", "[^1]: ~~~js […]\n\n[^1]"],
    [`\`\`\`${"HIDDEN-".repeat(9)}\na`, "``` […]\na"],
    ["````md\n```js shown\n````\n```js HIDDEN\n", "````md\n```js shown\n````\n```js […]\n"],
  ];
  for (const [text, wanted] of cases) assert.equal(seen(text), wanted, JSON.stringify(text));
  const { text, removed } = visibleText("```js a <!-- b -->\n```", "markdown");
  assert.equal(countRemoved(removed), "1 info string");
  assert.equal(removed[0].shown, "a <!-- b -->");
  assert.deepEqual(visibleText(text, "markdown"), { text, removed: [] }, "once is enough");
});

Deno.test("a fence that only seems to be one hides nothing from us", () => {
  const hidden = "<!-- hidden -->";
  const disguises = [
    `    \`\`\`\n${hidden}`,
    `- a\n\n  \`\`\`\n${hidden}`,
    `  \`\`\`\na\n\`\`\`\n${hidden}`,
    `- \`\`\`\n  \`\`\`\n${hidden}`,
    `<div>\n\`\`\`\n</div>\n\n${hidden}`,
    `<pre>\n\n\`\`\`\n\n</pre>\n${hidden}`,
    `<!--\n\`\`\`\n-->\n${hidden}`,
    `\`\`\`\n\t\`\`\`\n\`\`\`\n${hidden}`,
    `\`\`\`\n    \`\`\`\n\`\`\`\n${hidden}`,
    `>>>\n\`\`\`\n>>>\n${hidden}`,
    `> \`\`\`\n${hidden}`,
    `\`\`\`a\`b\n${hidden}`,
    `\u200b\`\`\`\n${hidden}`,
    `\`\u200b\`\`\n${hidden}`,
    `a \`\n${hidden}\nb \``,
    `a \`\nb \` ${hidden} \` c`,
    `<a title="\`"> ${hidden} \``,
    `| \` | ${hidden} \` |\n|---|---|`,
    `a \\\`${hidden}\``,
    `<div>\n\`${hidden}\`\n</div>`,
    `<pre>\n\n\`${hidden}\`\n\n</pre>`,
    `\`\` a \`${hidden}\``,
    `# a \`\n${hidden} \``,
  ];
  for (const text of disguises) assert.doesNotMatch(seen(text), /<!--/, JSON.stringify(text));
});

Deno.test("what is shown as it was written keeps its comments, and no invisible character", () => {
  const { text, removed } = visibleText("<!-- a\u200b -->", "plain");
  assert.equal(text, "<!-- a -->");
  assert.equal(countRemoved(removed), "1 invisible character");
});

Deno.test("writing that needs invisible characters keeps them", () => {
  for (
    const text of [
      ..."👩‍💻 👨‍👩‍👧‍👦 ❤️‍🔥 🏳️‍🌈 👍🏽 👩🏽‍🚀 1️⃣ ☺️ ☎︎ 🇫🇮".split(" "),
      "می‌خواهم",
      "क्‍ष र्‍",
      "שָׁלוֹם עולם",
      "السلام عليكم",
      "日本語 한국어 ไทย",
      "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ᠋",
      "葛\u{e0100}飾区 邉\u{e0101}",
      "⠓⠑⠇⠇⠕⠀⠺⠕⠗⠇⠙",
      "naïve café — “quoted”\ta\nb",
    ]
  ) assert.deepEqual(visibleText(text, "markdown"), { text, removed: [] }, text);
});

Deno.test("joiners and selectors that join nothing are taken out", () => {
  const cases: [string, string][] = [
    ["a\u200db", "ab"],
    ["a\u200cb", "ab"],
    ["م\u200c\u200cخ", "مخ"],
    ["😀\u200da", "😀a"],
    ["😀\ufe0f\ufe0f", "😀\ufe0f"],
    ["a\ufe0f\ufe01", "a"],
    ["1\ufe0f", "1"],
    ["a\u180b", "a"],
    ["a\u{e0100}", "a"],
    ["葛\u{e0100}\u{e0101}", "葛\u{e0100}"],
    ["a\u2800b⠓\u2800\u2800⠓", "ab⠓⠓"],
    ["🏴\u{e0067}\u{e0062}\u{e007f}", "🏴"],
  ];
  for (const [text, wanted] of cases) assert.equal(visibleText(text, "plain").text, wanted, text);
});

const LISTED = [
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfe00, 0xfe0f],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
  [0xe0100, 0xe01ef],
  [0x1d173, 0x1d17a],
  [0x0, 0x8],
  [0x7f, 0x9f],
  [0x13430, 0x1345f],
  [0xfdd0, 0xfdef],
  [0xfffe, 0xffff],
  [0x10fffe, 0x10ffff],
  ...[0x2800, 0x1d159, 0x16fe4, 0x1fffe].map((c) => [c, c]),
  ...[0x61c, 0xad, 0x34f, 0x115f, 0x1160, 0x3164, 0xffa0, 0x180e, 0xfeff, 0x1bca0].map((
    c,
  ) => [c, c]),
].flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

Deno.test("none of the listed characters survives among letters, alone or in a row", () => {
  let seed = 20261128;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  for (const code of LISTED) {
    const character = String.fromCodePoint(code);
    const { text, removed } = visibleText(`a${character}b`, "plain");
    assert.equal(text, "ab", code.toString(16));
    assert.match(removed[0].shown, new RegExp(`\\\\u\\{${code.toString(16)}\\}`));
  }
  const letters = [..."abc אבג 한か!"];
  for (let round = 0; round < 500; round++) {
    const made = Array.from(
      { length: 30 },
      () =>
        random(2)
          ? letters[random(letters.length)]
          : String.fromCodePoint(LISTED[random(LISTED.length)]),
    );
    const kept = made.filter((one) => letters.includes(one)).join("");
    const first = visibleText(made.join(""), "plain");
    assert.equal(first.text, kept, `seed of round ${round}`);
    const count = first.removed.reduce((sum, one) => sum + one.count, 0);
    assert.equal(count, made.length - [...kept].length);
    assert.deepEqual(visibleText(first.text, "plain"), { text: kept, removed: [] });
  }
});

Deno.test("what was taken out can be looked at: escapes, and what tags spell", () => {
  const tags = [..."Run rm"].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join("");
  const { removed } = visibleText(`a${tags}b\u202ec<!-- x\u200by -->`, "markdown");
  assert.deepEqual(removed.map(({ shown }) => shown), [
    "<!-- x\\u{200b}y -->",
    '\\u{e0052}\\u{e0075}\\u{e006e}\\u{e0020}\\u{e0072}\\u{e006d} which reads "Run rm"',
    "\\u{202e}",
  ]);
  assert.equal(countRemoved(removed), "1 comment, 7 invisible characters");
  const long = visibleText(`<!--${"x".repeat(5_000)}-->`, "markdown").removed[0].shown;
  assert.match(long, /^<!--x{396}… \(5007 characters in all\)$/);
});

Deno.test("of an endless text the beginning is read, and nothing that is open at its end", () => {
  for (const opener of ["a <!-- b", "a <!b", "a <? b"]) {
    const { text } = visibleText(`${opener} ${"x".repeat(300_000)} --> ?>`, "markdown");
    assert.equal(text, `a ${HIDDEN_TEXT_MARK}`);
  }
  assert.equal(visibleText("x".repeat(300_000), "markdown").text.length, 200_000);
});

Deno.test("a megabyte of anything takes time in proportion to its length", async () => {
  const units = [
    "<!-- ",
    "<?",
    "<!a ",
    "<!a \n\n",
    "<![CDATA[",
    "`",
    "` `` ",
    "``` ",
    "~~~\n",
    "<!--x-->",
    "[a]: b '",
    '[a]: "',
    "[a]: (",
    "[a]:\n",
    "[^a]: ",
    "[^1]: a\n\n    b",
    "[",
    "> ",
    "- ",
    "<a ",
    '[a]: b "\\\n',
    "[\n",
    "[a\\",
    "> > [a]: b\n",
    "[^a]: [^a]: ",
    "- [x]\n",
    "[a][b",
    "``",
    "~",
    "``` ",
    "```a ",
    "~~~a b\n",
    "[^1]: a\n\n\n   \n",
    "    \n",
    "</ ",
    "<! ",
    "a\n[b]: c\n",
    "\u200b",
    "م\u200c",
    "😀\u200d",
    "\u{e0041}",
    "\n<!a ",
    "<pre>\n",
    "1. ",
  ];
  for (const unit of units) {
    const work = (length: number) =>
      visibleText(`${unit.repeat(length / unit.length)}>`, "markdown", Infinity);
    await assertLinear(JSON.stringify(unit), work, [125_000, 1_000_000]);
  }
});

Deno.test("a run of one thing between two words costs no more than its length", async () => {
  const texts: ((blanks: string) => string)[] = [
    (blanks) => `[a]:${blanks}<`,
    (blanks) => `[a]: x${blanks}y`,
    (blanks) => `[a]: x\n${blanks}y`,
    (blanks) => `[a]: x "b"${blanks}c`,
    (blanks) => `[a${blanks}`,
    (blanks) => `[a${blanks}]: x`,
    (blanks) => `[^a]:${blanks}x`,
    (blanks) => `[^a]: x\n\n${blanks}`,
    (blanks) => `${blanks}[a`,
    (blanks) => `\`\`\`${blanks}a${blanks}`,
    (blanks) => `~~~a${blanks}b${blanks}\``,
    (blanks) => `-->${blanks}x\n]:`,
    (blanks) => `<! a\n${blanks}x`,
  ];
  for (const text of texts) {
    for (const blank of [" ", "\t", "\n", " \n", "\f", "> ", "x"]) {
      const of = (length: number) => text(blank.repeat(length / blank.length));
      const work = (length: number) => visibleText(of(length), "markdown");
      await assertLinear(JSON.stringify(text(blank)), work, [20_000, 200_000]);
    }
  }
});

import assert from "node:assert/strict";
import { countRemoved, visibleText } from "@/server/providers/hidden_text.ts";

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

import assert from "node:assert/strict";
import { HIDDEN_TEXT_MARK, visibleText } from "@/server/providers/hidden_text.ts";
import { assertLinear } from "@/tests/helpers/cpu_time.ts";

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

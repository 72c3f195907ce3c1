import assert from "node:assert/strict";
import { countRemoved, visibleText } from "@/server/providers/hidden_text.ts";
import { seen } from "@/tests/server/providers/visible.ts";

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

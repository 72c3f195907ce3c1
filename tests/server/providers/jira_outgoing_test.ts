import assert from "node:assert/strict";
import { jira } from "@/server/providers/jira.ts";
import { documentOf, plainDocumentOf } from "@/server/providers/jira/document.ts";
import type { AdfNode } from "@/server/providers/jira/document_nodes.ts";
import { MAX_TEXT } from "@/server/providers/jira/outgoing.ts";
import { openPart } from "@/server/providers/markdown_out.ts";
import { wikiOf } from "@/server/providers/jira/wiki.ts";
import { documentProblems, wordsOf } from "./jira_recorder.ts";
import { cpuTime } from "@/tests/helpers/cpu_time.ts";

const OWN = "5f00c3";
const options = { marker_id: "t1", mentions: ["@agent", ...jira.mentions(OWN)], more_url: null };
const prepare = (text: string) => jira.prepare(text, options);
const wiki = (text: string) => wikiOf(documentOf(text));
const content = (text: string) => documentOf(text).content;
const paragraph = (...nodes: AdfNode[]): AdfNode => ({ type: "paragraph", content: nodes });
const text = (value: string, ...marks: string[]): AdfNode =>
  marks.length > 0
    ? { type: "text", text: value, marks: marks.map((type) => ({ type })) }
    : { type: "text", text: value };

Deno.test("a part carries its marker, which becomes a property of the comment", () => {
  const [part] = prepare("Hello");
  assert.deepEqual(openPart(part), { marker: "t1", markdown: "Hello" });
  assert.deepEqual(openPart("no marker"), { marker: null, markdown: "no marker" });
});

Deno.test("nobody is called by a post of ours, and we are not either", () => {
  for (const said of ["[~nora] look", "[~accountid:5f00a1] look", `[~accountid:${OWN}] plan`]) {
    const [part] = prepare(`I heard ${said}`);
    assert.ok(!/\[~/.test(part), part);
  }
  assert.ok(!prepare("say @agent approve")[0].includes("@agent"));
  assert.equal(openPart(prepare("[~x y] and [1]")[0]).markdown, "[~x y] and [1]");
});

Deno.test("a long text becomes parts, each within the limit, with code closed and opened anew", () => {
  const parts = prepare("Intro\n\n```js\n" + "let x = 1;\n".repeat(6000) + "```\n");
  assert.ok(parts.length >= 3);
  for (const [index, part] of parts.entries()) {
    assert.ok(part.length <= MAX_TEXT);
    assert.equal(openPart(part).marker, index === 0 ? "t1" : `t1.${index + 1}`);
    assert.deepEqual(documentProblems({ ...documentOf(openPart(part).markdown) }), []);
  }
  assert.match(parts[1], /^<!-- agent:t1\.2 -->\n```js\nlet x/);
  const cut = prepare("word ".repeat(100_000));
  assert.equal(cut.length, 10);
  assert.match(cut[9], /… \(cut\)$/);
});

Deno.test("what people write in Markdown is what they see in Jira", () => {
  assert.deepEqual(content("# Title\n\nplain **bold** _em_ `code` ~~old~~"), [
    { type: "heading", attrs: { level: 1 }, content: [text("Title")] },
    paragraph(
      text("plain "),
      text("bold", "strong"),
      text(" "),
      text("em", "em"),
      text(" "),
      text("code", "code"),
      text(" "),
      text("old", "strike"),
    ),
  ]);
  assert.deepEqual(content("```ts\na < b\n```"), [
    { type: "codeBlock", attrs: { language: "ts" }, content: [text("a < b")] },
  ]);
  const list = content("- a\n  1. b\n\n     ```\n     c\n     ```\n- [x] d")[0];
  assert.deepEqual(documentProblems({ type: "doc", content: [list] }), []);
  assert.deepEqual(list.content![0].content!.map(({ type }) => type), ["paragraph", "orderedList"]);
});

Deno.test("tags, generics and Atlassian's own tag are text, not lost and not obeyed", () => {
  assert.deepEqual(content("List<String> and <details>"), [
    paragraph(text("List<String> and <details>")),
  ]);
  const mention = '<adf>{"type":"mention","attrs":{"id":"5f00a1"}}</adf>';
  assert.deepEqual(content(mention), [paragraph(text(mention))]);
  assert.deepEqual(content("\ufdd0adf\ufdd0"), [paragraph(text("adf"))]);
});

Deno.test("only web and mail addresses become links, and no picture is loaded", () => {
  const link = (markdown: string) => content(markdown)[0].content!;
  const href = (address: string) => [{ type: "link", attrs: { href: address } }];
  assert.deepEqual(link("[a](https://x.example/b)"), [
    { ...text("a"), marks: href("https://x.example/b") },
  ]);
  assert.deepEqual(link("![a](https://x.example/b.png)"), [
    { ...text("a"), marks: href("https://x.example/b.png") },
  ]);
  assert.deepEqual(link("[a](javascript:alert)"), [text("a (javascript:alert)")]);
  assert.deepEqual(link("[read](src/a.ts)"), [text("read (src/a.ts)")]);
  assert.deepEqual(link("<https://x.example/>"), [
    text("<"),
    { ...text("https://x.example/"), marks: href("https://x.example/") },
    text(">"),
  ]);
});

const awkward = [
  "- # heading in a list\n- > quote in a list\n- ---\n- | a |\n  |---|\n  | b |",
  "> # heading in a quote\n> > deeper\n> - [ ] task\n> | a |\n> |---|\n> | b |\n> ***",
  "-\n- \n1.\n",
  "- - - a",
  "| a |  |\n|---|---|\n|  | ![i](http://x/y) |",
  "- [ ] a\n  - [x] b\n\n    ```\n    c\n    ```\n- [x] c",
  "**[a](http://x) `b` _c_**",
  "```\n```",
  "#",
  "",
  "   ",
  "[a]: http://x",
  "***",
  "<!-- gone? -->",
];
Deno.test("documents are such as Jira takes, whatever the Markdown", () => {
  for (const markdown of awkward) {
    const document = documentOf(markdown);
    assert.deepEqual(documentProblems(document), [], JSON.stringify(markdown));
    assert.ok(document.content.length > 0);
    assert.equal(typeof wikiOf(document), "string");
  }
});

Deno.test("no word is lost on the way", () => {
  const markdown = "# alpha\n\n- bravo **charlie `delta`**\n  - <echo>\n\n> foxtrot\n\n" +
    "| golf | hotel |\n|---|---|\n| india | `juliet` |\n\n1. kilo\n\n   lima\n\n" +
    "```sh\nmike\n```\n\n- [ ] november\n\n&lt;oscar&gt; papa\\_quebec [romeo](sierra)\n";
  const words = ("alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike " +
    "november oscar papa quebec romeo sierra").split(" ");
  const document = documentOf(markdown);
  for (const word of words) {
    assert.ok(wordsOf({ ...document }).includes(word), word);
    assert.ok(wiki(markdown).includes(word), word);
  }
});

Deno.test("text made to be slow costs little", async () => {
  const units = [
    "[a](",
    "*a_ ",
    ">",
    "> ",
    "- ",
    "1. ",
    "_a",
    "[",
    "![",
    "<",
    "`a ",
    "|a|b|\n|-|-|\n",
  ]
    .concat(["[a](\n", "> [a](\n", "- [a](\n", "~~", "\\", "a@b.", "[a](".repeat(150) + "\n\n"]);
  for (const unit of units) {
    const markdown = unit.repeat(MAX_TEXT / unit.length);
    const ms = await cpuTime(() => wikiOf(documentOf(markdown)));
    // a converter left alone takes from 3 s to minutes for some of these
    assert.ok(ms < 1_500, `${JSON.stringify(unit.slice(0, 10))}: ${ms} ms of CPU time`);
    assert.deepEqual(documentProblems(documentOf(markdown)), []);
  }
});

Deno.test("the plain form is hardly longer than the text", () => {
  const markdown = "x".repeat(MAX_TEXT);
  assert.ok(JSON.stringify(plainDocumentOf(markdown)).length < 32_767);
  assert.deepEqual(documentProblems({ ...plainDocumentOf("") }), []);
});

Deno.test("Data Center gets wiki text", () => {
  assert.equal(
    wiki("## Title\n\n- a\n  - **b**\n- `c`\n\n1. d\n\n> e\n\n---\n\n[f](https://x.example/a|b)"),
    "h2. Title\n\n* a\n** *b*\n* {{c}}\n\n# d\n\n{quote}\ne\n{quote}\n\n----\n\n" +
      "[f|https://x.example/a%7Cb]",
  );
  assert.equal(wiki("```python\nx = 1\n```"), "{code:python}\nx = 1\n{code}");
  assert.equal(wiki("```made-up\nx\n```"), "{noformat}\nx\n{noformat}");
  assert.equal(wiki("| a | b |\n|---|---|\n| c | d |"), "||a ||b ||\n|c |d |");
});

Deno.test("what means something to the wiki and is only text stays text", () => {
  assert.equal(wiki("{code} and {quote}"), "\\{code\\} and \\{quote\\}");
  assert.equal(wiki("[~nora] [x]"), "\\[\\~nora\\] \\[x\\]");
  assert.equal(wiki("a \\* b snake_case C:\\dir"), "a \\* b snake\\_case C:&#92;dir");
  assert.equal(
    wiki("f(x) well-known -1 wow :) !img.png!"),
    "f\\(x) well-known \\-1 wow \\:) \\!img.png\\!",
  );
  assert.equal(
    wiki("see https://x.example/a_b-c"),
    "see https://x.example/a_b-c",
  );
  assert.match(
    wiki("```\n{noformat}\n{code}\n```"),
    /^\{noformat\}\n\{\u200bnoformat\}\n\{\u200bcode\}\n/,
  );
  assert.ok(!/^#/m.test(wiki("\\# not a list\n\n\\#2")));
});

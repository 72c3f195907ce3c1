import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { MAX_COMMENT } from "@/server/providers/github/outgoing.ts";
import { hideMarkdown } from "@/server/providers/markdown.ts";
import { markerOf, neutralise, splitMarkdown } from "@/server/providers/markdown_out.ts";
import { readCommand } from "@/server/webhooks/matching/read_command.ts";
import { type Askable, createVocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import { assertLinear } from "@/tests/helpers/cpu_time.ts";

const MENTIONS = ["@agent"];
const ZWSP = "\u200b";
const MORE = "http://x/tasks/t1";
const prepare = (text: string) =>
  github.prepare(text, { marker_id: "t1", mentions: MENTIONS, more_url: MORE });

const askable = (name: string): Askable => ({
  name,
  aliases: [],
  whole_texts: [],
  line_start_only: name === "approve",
});
const vocabulary = createVocabulary(["analyze", "plan", "fix", "approve"].map(askable));
const asks = (text: string) =>
  readCommand(text, {
    mentions: MENTIONS,
    vocabulary,
    addressed: false,
    default_command: "help",
    unknown_command: "help",
    hide: hideMarkdown,
  })?.name ?? null;

Deno.test("a post of ours begins with an invisible marker and is known by it", () => {
  assert.deepEqual(prepare("Hello"), ["<!-- agent:t1 -->\nHello"]);
  assert.equal(markerOf(prepare("Hello")[0]), "t1");
  assert.equal(markerOf(prepare("word ".repeat(20_000))[1]), "t1.2");
  assert.equal(markerOf("<!-- agent:t1 -->\r\nHello"), "t1", "as a browser sends it");
});

Deno.test("a marker counts at the beginning and as a line of its own: elsewhere somebody quotes us", () => {
  const quoted = [
    "Hello",
    "> <!-- agent:t1 -->\n> Hello\n\n@agent plan",
    "I mean this one:\n<!-- agent:t1 -->\nHello",
    " <!-- agent:t1 -->\nHello",
    "<!-- agent:t1 --> Hello",
    "<!-- agent:t1\n-->\nHello",
    "<!-- agent: -->\nHello",
  ];
  for (const text of quoted) assert.equal(markerOf(text), null, text);
});

Deno.test("nobody is called by a post of ours", () => {
  assert.equal(
    neutralise("thanks @octocat, (@a/team)", []),
    `thanks @${ZWSP}octocat, (@${ZWSP}a/team)`,
  );
  assert.equal(neutralise("_@octocat_", []), `_@${ZWSP}octocat_`);
  assert.equal(neutralise("<b>@octocat</b>", []), `<b>@${ZWSP}octocat</b>`);
  assert.equal(neutralise("| @octocat | `@b|c` |", []), `| @${ZWSP}octocat | \`@${ZWSP}b|c\` |`);
});

Deno.test("code, addresses and e-mail stay as they are: people copy them", () => {
  for (
    const text of [
      "```sh\nnpm i @octokit/core\n```",
      "run `npm i @octokit/core` now",
      "https://medium.com/@octocat/post",
      "write to me@agent.com",
    ]
  ) assert.equal(neutralise(text, MENTIONS), text);
});

Deno.test("our words never start work, also when somebody copies them", () => {
  for (
    const text of [
      "@agent plan",
      "You can say @agent approve",
      "@AGENT analyze",
      "```\nx\n```\n@agent fix",
      "> @agent fix",
      "a `b\n\n@agent plan",
    ]
  ) {
    const [post] = prepare(text);
    assert.equal(asks(post), null, text);
    assert.equal(asks(post.replace(/^<!--.*-->\n/, "")), null, text);
  }
});

Deno.test("another prefix is broken up too", () => {
  assert.equal(neutralise("say /agent plan", ["/agent"]), `say /${ZWSP}agent plan`);
});

Deno.test("a text within the limit is left whole", () => {
  const text = "x".repeat(MAX_COMMENT - "<!-- agent:t1.10 -->\n".length);
  assert.deepEqual(prepare(text), [`<!-- agent:t1 -->\n${text}`]);
});

Deno.test("a long text becomes several posts, cut between blocks, nothing lost", () => {
  const block = "word ".repeat(199) + "end";
  const parts = prepare(Array(100).fill(block).join("\n\n"));
  assert.equal(parts.length, 2);
  assert.ok(parts.every((part) => part.length <= MAX_COMMENT && part.endsWith("end")));
  assert.deepEqual(parts.map((part) => part.split("\n", 1)[0]), [
    "<!-- agent:t1 -->",
    "<!-- agent:t1.2 -->",
  ]);
  assert.equal(parts.join("").match(/end/g)?.length, 100);
});

Deno.test("ten posts are enough: the last one says where the rest is", () => {
  const parts = prepare(("word ".repeat(199) + "end\n\n").repeat(1000));
  assert.equal(parts.length, 10);
  assert.ok(parts.every((part) => part.length <= MAX_COMMENT));
  assert.match(parts[9], /end\n\n… \[the whole text\]\(http:\/\/x\/tasks\/t1\)$/);
  const nowhere = github.prepare("x ".repeat(1e6), {
    marker_id: "t",
    mentions: [],
    more_url: null,
  });
  assert.match(nowhere[9], /… \(cut\)$/);
});

Deno.test("a block of code that is too long is closed and opened anew", () => {
  const lines = Array.from({ length: 200 }, (_, i) => `let x${i} = 1;`).join("\n");
  for (
    const [open, close] of [["~~~~js", "~~~~"], ["- ```", "  ```"], ["1. a\n   ```sh", "   ```"]]
  ) {
    const parts = splitMarkdown(`Intro\n\n${open}\n${lines}\n${close}\n\nend`, 1000);
    assert.ok(parts.length > 2);
    for (const part of parts) assert.ok(part.length <= 1000, open);
    for (const part of parts.slice(0, -1)) assert.ok(part.endsWith(`\n${close}`), part);
    const opener = open.split("\n").at(-1)!;
    for (const part of parts.slice(1)) assert.ok(part.startsWith(`${opener}\nlet `), part);
    assert.deepEqual(parts.join("\n").match(/x\d+/g), lines.match(/x\d+/g));
  }
});

Deno.test("a cut right before the end of a block of code leaves no empty one", () => {
  const text = "```\n" + "a".repeat(90) + "\n```\nafter";
  assert.deepEqual(splitMarkdown(text, 98), ["```\n" + "a".repeat(90) + "\n```", "after"]);
});

Deno.test("code that a cut lays bare calls nobody either", () => {
  const parts = prepare("a `" + "@agent fix ".repeat(20_000) + "`");
  assert.ok(parts.length > 2);
  for (const part of parts) {
    assert.ok(part.length <= MAX_COMMENT);
    assert.equal(asks(part), null);
  }
});

Deno.test("a fence of a thousand marks fills no post with marks", () => {
  const fence = "`".repeat(1000);
  const parts = prepare(`${fence}\n${"@agent fix\n".repeat(20_000)}${fence}`);
  assert.ok(parts.every((part) => part.length <= MAX_COMMENT && asks(part) === null));
});

Deno.test("one endless line is cut too, never inside a character", () => {
  for (const start of ["a", "aa"]) {
    for (const part of prepare(start + "😀".repeat(50_000))) {
      assert.ok(part.length <= MAX_COMMENT);
      assert.ok(part.isWellFormed() && !part.includes("\ufffd"));
    }
  }
});

Deno.test("mentions that grow by being broken up still fit", () => {
  for (const part of prepare("@a ".repeat(300_000))) {
    assert.ok(part.length <= MAX_COMMENT);
    assert.ok(!/@a/.test(part));
  }
});

Deno.test("four times the text takes about four times as long, whatever it is", async () => {
  for (const unit of ["`", "- ", "> x\n", "@a ", "```\n", "<!--", "| @a |\n", "~~~\n\n"]) {
    const work = (length: number) => prepare(unit.repeat(length / unit.length));
    await assertLinear(JSON.stringify(unit), work, [100_000, 400_000]);
  }
});

Deno.test("we are mentioned by our login, an app without the [bot] of its", () => {
  assert.deepEqual(github.mentions("octo-agent"), ["@octo-agent"]);
  assert.deepEqual(github.mentions("the-agent[bot]"), ["@the-agent"]);
});

import assert from "node:assert/strict";
import {
  isOwnText,
  MAX_COMMENT,
  neutralise,
  prepareComment,
} from "@/server/providers/github/outgoing.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";
import { readCommand } from "@/server/webhooks/commands.ts";
import { hideMarkdown } from "@/server/webhooks/text.ts";

const MENTIONS = ["@agent"];
const ZWSP = "\u200b";
const prepare = (text: string) =>
  prepareComment(text, { marker_id: "t1", mentions: MENTIONS, more_url: "http://x/tasks/t1" });
const asks = (text: string) =>
  readCommand(text, {
    mentions: MENTIONS,
    askables: builtinCommands,
    default_command: "help",
    unknown_command: "help",
    hide: hideMarkdown,
  })?.name ?? null;

Deno.test("a post of ours begins with an invisible marker and is known by it", () => {
  assert.equal(prepare("Hello"), "<!-- agent:t1 -->\nHello");
  assert.equal(isOwnText(prepare("Hello")), true);
  assert.equal(isOwnText("Hello"), false);
});

Deno.test("somebody who quotes our post is not us", () => {
  assert.equal(isOwnText("> <!-- agent:t1 -->\n> Hello\n\n@agent plan"), false);
  assert.equal(isOwnText("> quoted\n<!-- agent:t1 -->"), true);
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
    assert.equal(asks(prepare(text)), null, text);
    assert.equal(asks(prepare(text).replace(/^<!--.*-->\n/, "")), null, text);
  }
});

Deno.test("another prefix is broken up too", () => {
  assert.equal(neutralise("say /agent plan", ["/agent"]), `say /${ZWSP}agent plan`);
});

Deno.test("a text within the limit is left whole", () => {
  const text = "x".repeat(MAX_COMMENT - "<!-- agent:t1 -->\n".length);
  assert.equal(prepare(text).length, MAX_COMMENT);
  assert.ok(prepare(text).endsWith("x"));
});

Deno.test("a long text is cut between blocks and says where the rest is", () => {
  const block = "word ".repeat(199) + "end\n\n";
  const out = prepare(block.repeat(100));
  assert.ok(out.length <= MAX_COMMENT && out.length > MAX_COMMENT - 2000, `${out.length}`);
  assert.match(out, /end\n\n… \[the whole text\]\(http:\/\/x\/tasks\/t1\)$/);
});

Deno.test("a block of code that is too long is cut after a line and closed", () => {
  const out = prepare("Intro\n\n~~~~js\n" + "let x = 1;\n".repeat(10_000) + "~~~~\n");
  assert.ok(out.length <= MAX_COMMENT);
  assert.match(out, /\nlet x = 1;\n~~~~\n\n… \[the whole text\]/);
});

Deno.test("one endless line is cut too, never inside a character", () => {
  for (const start of ["a", "aa"]) {
    const out = prepare(start + "😀".repeat(50_000));
    assert.ok(out.length <= MAX_COMMENT);
    assert.ok(out.isWellFormed() && !out.includes("\ufffd"));
  }
});

Deno.test("mentions that grow by being broken up still fit", () => {
  const out = prepare("@a ".repeat(30_000));
  assert.ok(out.length <= MAX_COMMENT);
  assert.ok(!/@a/.test(out));
});

import assert from "node:assert/strict";
import { gitlab } from "@/server/providers/gitlab.ts";
import { MAX_NOTE } from "@/server/providers/gitlab/outgoing.ts";
import { stillQuickActions } from "@/server/providers/gitlab/quick_actions.ts";
import { markerOf } from "@/server/providers/markdown_out.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";
import { type Grammar, readCommand } from "@/server/webhooks/matching/read_command.ts";
import { createVocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import { assertLinear } from "@/tests/helpers/cpu_time.ts";

const ZWSP = "\u200b";
const MENTIONS = ["@agent"];
const prepare = (text: string) =>
  gitlab.prepare(text, { marker_id: "t1", mentions: MENTIONS, more_url: "http://x/tasks/t1" });
const GRAMMAR: Grammar = {
  mentions: [...MENTIONS, ...gitlab.mentions("tea.bot-1")],
  vocabulary: createVocabulary(builtinCommands("gitlab")),
  addressed: false,
  default_command: "<default_command>",
  unknown_command: "help",
  hide: gitlab.hide,
};
const asks = (text: string | null) => readCommand(text, GRAMMAR)?.name ?? null;

/** How GitLab's own reader of quick actions sees a line: at its very start. */
const acts = (text: string) => /^ {0,3}\/[a-z_]+(?: |$)/im.test(text);

Deno.test("a note of ours begins with an invisible marker and is known by it", () => {
  assert.deepEqual(prepare("Hello"), ["<!-- agent:t1 -->\nHello"]);
  assert.equal(markerOf(prepare("Hello")[0]), "t1");
});

Deno.test("no line of ours is a quick action that GitLab carries out", () => {
  for (
    const text of [
      "/close",
      "/CLOSE",
      "/merge\n",
      "Done.\n/approve\n/assign @nora",
      "  /close",
      "Done.\r\n/close\r\n",
      "Done.\r/close",
      "/remove_time_spent",
      "/label ~bug",
      "<p>\n/close\n</p>",
      "> quote\n\n/close",
      "/close\u00a0now",
    ]
  ) {
    const [note] = prepare(text);
    assert.equal(acts(note), false, JSON.stringify(note));
    assert.ok(note.includes(`/${ZWSP}`), JSON.stringify(note));
  }
});

Deno.test("in code, which GitLab finds by other rules, a space ends them and can be copied", () => {
  assert.equal(stillQuickActions("```\n/close\n```"), "```\n /close\n```");
  assert.equal(stillQuickActions("~~~sh\n/merge now\n~~~"), "~~~sh\n /merge now\n~~~");
  // to GitLab the first fence ends where for Markdown the second begins
  const crossed = ">>>\n```\n>>>\n/close\n```";
  assert.equal(/^\/close/m.test(stillQuickActions(crossed)), false);
  for (const code of ["    /close", "\t/close"]) assert.equal(stillQuickActions(code), code);
});

Deno.test("paths and addresses stay as they are", () => {
  for (
    const text of [
      "/etc/hosts is wrong",
      "/src/a.ts:5",
      "see /close for that",
      "and/or",
      "https://example.com/close",
      "```\n/etc/hosts\n```",
      "`/close`",
      "/",
      "//",
      "/9",
    ]
  ) assert.equal(stillQuickActions(text), text);
});

Deno.test("a text that is split does not come alive where a part begins", () => {
  const parts = prepare("word ".repeat(14_990) + "/close now ".repeat(20_000));
  assert.ok(parts.length > 1);
  for (const part of parts) {
    assert.equal(acts(part), false);
    assert.ok(part.length <= MAX_NOTE, `${part.length}`);
  }
});

Deno.test("actions that grow by being stilled still fit", () => {
  const parts = prepare("/a\n".repeat(300_000));
  for (const part of parts) assert.ok(part.length <= MAX_NOTE, `${part.length}`);
  assert.match(parts.at(-1)!, /\[the whole text\]\(http:\/\/x\/tasks\/t1\)$/);
  assert.equal(parts.length, 10);
  assert.match(parts[1], /^<!-- agent:t1\.2 -->\n/);
});

Deno.test("nobody is called by a note of ours, also by names that GitLab alone has", () => {
  const [note] = prepare("thanks @nora, @_sam, @.dot and @all; `@nora` is code");
  assert.equal(
    note.split("\n")[1],
    `thanks @${ZWSP}nora, @${ZWSP}_sam, @${ZWSP}.dot and @${ZWSP}all; \`@nora\` is code`,
  );
});

Deno.test("our words never start work", () => {
  for (const text of ["@agent plan", "say @AGENT fix", "a `b\n\n@agent plan", "/x\n@agent plan"]) {
    assert.equal(asks(prepare(text)[0]), null, text);
  }
});

Deno.test("we are mentioned by the name that we have there", () => {
  assert.equal(asks("@tea.bot-1 plan"), "plan");
  assert.equal(asks("@tea-bot-1 plan"), null);
  assert.equal(asks("> @tea.bot-1 plan"), null);
});

Deno.test("four times the text takes about four times as long, whatever it is", async () => {
  for (const unit of ["/a", "/a\n", "\t", " /", "```\n", "/\n", "a_", "> /close\n", "\n"]) {
    const work = (length: number) => stillQuickActions(unit.repeat(length / unit.length));
    await assertLinear(JSON.stringify(unit), work, [250_000, 1_000_000]);
  }
});

const shared = new URL("../../../../shared/fixtures/command_cases.json", import.meta.url);
const table = await Deno.readTextFile(shared).then(JSON.parse, () => null);
Deno.test(`the shared table${table ? "" : " (../shared/fixtures is absent: nothing to try)"}`, () => {
  for (const { provider, text, want } of table?.cases ?? []) {
    if (provider && provider !== "gitlab") continue;
    const name = asks(text);
    assert.deepEqual(name ? [name] : [], want, JSON.stringify(text));
  }
});

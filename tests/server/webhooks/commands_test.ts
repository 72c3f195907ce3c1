import assert from "node:assert/strict";
import { builtinCommands } from "@/server/webhooks/builtin.ts";
import { type Grammar, readCommand } from "@/server/webhooks/matching/read_command.ts";
import { createVocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import { hideMarkdown } from "@/server/providers/markdown.ts";
import { assertLinear } from "@/tests/helpers/cpu_time.ts";

const GRAMMAR: Grammar = {
  mentions: ["@agent", "@octo-agent"],
  vocabulary: createVocabulary(builtinCommands("github")),
  addressed: false,
  default_command: "<default>",
  unknown_command: "help",
  hide: hideMarkdown,
};
const read = (text: string | null, change: Partial<Grammar> = {}) =>
  readCommand(text, { ...GRAMMAR, ...change });
const ZWSP = "\u200b";

const groups: Record<string, [text: string | null, wanted: string | null][]> = {
  "a command is asked for by a mention and its name": [
    ["@agent analyze", "analyze"],
    ["@agent analysis", "analyze"],
    ["@agent implement", "fix"],
    ["@Agent ANALYZE", "analyze"],
    ["@agent, analyze", "analyze"],
    ["@agent: plan this", "plan"],
    ["Hello (@agent plan)", "plan"],
    ["*@agent plan*", "plan"],
    ["请@agent plan", "plan"],
    ["- @agent plan", "plan"],
    ["@agent review.", "review"],
    ["@octo-agent plan", "plan"],
    ["text\r\n@agent plan\r\nmore", "plan"],
  ],
  "nothing is asked for without one": [
    [null, null],
    ["", null],
    ["analyze", null],
    ["@agent\nanalyze", null],
    ["What do you think, @agent?", null],
    ["@agent `fix`", null],
  ],
  "a mention stands alone": [
    ["@agents analyze", null],
    ["@agent_x analyze", null],
    ["@agent-bot analyze", null],
    ["@agent/team analyze", null],
    ["@agent.com analyze", null],
    ["@agent's plan is fine", null],
    ["user@agent.com analyze", null],
    ["x@agent analyze", null],
    ["é@agent analyze", null],
    ["/@agent analyze", null],
    ["https://example.org/@agent analyze", null],
    ["https://example.org/?a=@agent analyze", null],
    ["\\@agent analyze", null],
    ["@@agent analyze", null],
    ["@agentё analyze", null],
  ],
  "a command is a whole word": [
    ["@agent fix-all", null],
    ["@agent plan.md is good", null],
    ["@agent review/comment", null],
    ["@agent planning", "help"],
    ["@agent fix, please", "fix"],
  ],
  "the first command counts, and a real one before a misunderstanding": [
    ["@agent fix\n@agent review", "fix"],
    ["@agent is slow.\n@agent plan", "plan"],
    ["@agent dance", "help"],
    ["@agent what is this?", "help"],
    ["@agent", "<default>"],
    ["  @agent! \n", "<default>"],
    ["@agent\n> quoted", "<default>"],
  ],
  "what is shown is not said": [
    ["`@agent fix`", null],
    ["``a ` @agent fix``", null],
    ["`a\n@agent fix`", null],
    ["`a` @agent fix `b`", "fix"],
    ["`a @agent fix", "fix"],
    ["\\`a @agent plan \\`", "plan"],
    ["`a\n\n@agent fix`", "fix"],
    ["```\n@agent fix\n```", null],
    ["```\n@agent fix", null],
    ["```\na\n``\n@agent fix\n```", null],
    ["````\n```\n@agent fix\n````", null],
    ["~~~sh\n@agent fix\n~~~\n@agent plan", "plan"],
    ["```\n~~~\n@agent fix\n```\n@agent plan", "plan"],
    ["- ```\n  @agent fix\n  ```\n\n@agent plan", "plan"],
    ["- a\n  - b\n    ```\n    @agent fix\n\n    x\n    ```", null],
    ["    @agent fix", null],
    ["\t@agent fix", null],
    ["a\n    @agent fix", "fix"],
    ["<code>@agent fix</code>", null],
    ["<pre>\n\n@agent fix\n</pre> @agent plan", "plan"],
  ],
  "what others said is not said": [
    ["> @agent fix", null],
    ["> @agent fix\n\n@agent plan", "plan"],
    ["- > @agent fix", null],
    ["> ```\n> code\n\n@agent plan", "plan"],
    ["<!-- @agent fix -->", null],
    ["<!--\n\n@agent fix\n-->\n@agent plan", "plan"],
    ["a <!-- @agent fix --> @agent plan", "plan"],
    ["<!-- @agent fix", null],
    ["`<!--` starts a comment\n@agent plan", "plan"],
    ["<!-- ``` -->\n@agent plan", "plan"],
    ["Thanks!\n\n-- \nBob\n@agent fix fan club", null],
    ["Thanks!\n\n--\nBob\n@agent fix fan club", null],
    ["Title\n--\n@agent fix", "fix"],
  ],
  "what nobody sees changes nothing": [
    [`@agent approve${ZWSP}`, "approve"],
    [`@ag${ZWSP}ent plan`, "plan"],
    ["@agent\u00a0plan", "plan"],
    ["@agent pl\u00adan", "plan"],
    ["\ufeff@agent plan", "plan"],
    [`@${ZWSP}agent plan`, null],
  ],
  "look-alikes ask for nothing": [
    ["@аgent analyze", null],
    ["@agent аpprove", null],
    ["@agent ＡＰＰＲＯＶＥ", "help"],
    ["@agent сделай", "help"],
  ],
  "decisions are made at the start of a line, or by LGTM alone": [
    ["@agent approve", "approve"],
    ["Fine.\n  @agent reject not now", "reject"],
    ["I would not @agent approve this", null],
    ["- @agent approve", null],
    ["LGTM", "approve"],
    [" lgtm!\n", "approve"],
    ["LGTM, but fix the typo", null],
    ["> LGTM", null],
    ["> why?\n\nLGTM", null],
    ["not LGTM", null],
  ],
};
for (const [what, cases] of Object.entries(groups)) {
  Deno.test(what, () => {
    for (const [text, wanted] of cases) {
      assert.equal(read(text)?.name ?? null, wanted, JSON.stringify(text));
    }
  });
}

Deno.test("what follows the command is its question, as it was written", () => {
  const args = (text: string) => read(text)?.args;
  assert.equal(
    args("@agent analyze: why `x` fails\n> since when?"),
    "why `x` fails\n> since when?",
  );
  assert.equal(args("@agent analyze"), "");
  assert.equal(args("@agent why is it slow"), "why is it slow");
  assert.equal(args("@agent plan " + "x".repeat(50_000))?.length, 9_999);
});

Deno.test("mentions of other services have their own shape", () => {
  const slack = { mentions: ["<@U0AGENT>"], hide: (text: string) => text };
  assert.equal(read("<@U0AGENT> analyze", slack)?.name, "analyze");
  assert.equal(read("<@U0OTHER> analyze", slack), null);
  const jira = { mentions: ["[~accountid:5c5f]"], hide: (text: string) => text };
  assert.equal(read("[~accountid:5c5f] analyze", jira)?.name, "analyze");
});

Deno.test("a prefix of characters that mean something in patterns is taken literally", () => {
  assert.equal(read("a.*(b plan", { mentions: ["a.*(b"] })?.name, "plan");
  assert.equal(read("axx(b plan", { mentions: ["a.*(b"] }), null);
});

// Each of these makes a matcher with nested quantifiers, or one that searches anew, quadratic.
const slow = [
  "@agent ",
  "@agent\n",
  "\n",
  "`",
  "`a ",
  "```\n",
  "> @agent fix\n",
  "<!--",
  "<code ",
  "<code></code>",
  "- ",
  " ",
  "    @agent fix\n",
  "a `b` <code>\n\n",
  ZWSP,
  "-- x\n",
  "\\`",
  "</pre>",
];
Deno.test("four times the text takes about four times as long, whatever it is", async () => {
  for (const unit of slow) {
    const work = (length: number) =>
      read("@agent x " + unit.repeat(length / unit.length) + "@agent");
    await assertLinear(JSON.stringify(unit), work, [250_000, 1_000_000]);
  }
});

const shared = new URL("../../../../shared/fixtures/command_cases.json", import.meta.url);
const table = await Deno.readTextFile(shared).then(JSON.parse, () => null);
Deno.test(`the shared table${table ? "" : " (../shared/fixtures is absent: nothing to try)"}`, () => {
  for (const { provider, text, want } of table?.cases ?? []) {
    if (provider) continue; // other services' markup comes with them
    const name = read(text, { mentions: [table.prefix], default_command: "<default_command>" })
      ?.name;
    assert.deepEqual(name ? [name] : [], want, JSON.stringify(text));
  }
});

Deno.test("what is said to us alone needs no mention: its first word asks", () => {
  const said = (text: string, change: Partial<Grammar> = {}) =>
    read(text, { addressed: true, ...change });
  assert.deepEqual(said("plan the tea"), { name: "plan", via: "mention", args: "the tea" });
  assert.equal(said("@agent plan")?.name, "plan");
  assert.equal(said("please help me")?.via, "unknown_word");
  assert.equal(said("  ")?.via, "default");
  assert.equal(said("")?.via, "default");
  assert.equal(said("plan.md is old")?.name, "help");
  assert.equal(said("", { default_command: null }), null);
});

Deno.test("a hyphen belongs to the word where a command has that name", () => {
  const named = (name: string) => ({ name, aliases: [], line_start_only: false, whole_texts: [] });
  const vocabulary = createVocabulary([named("fix"), named("fix-all")]);
  const asked = (text: string) => read(text, { vocabulary })?.name ?? null;
  assert.equal(asked("@agent fix-all now"), "fix-all");
  assert.equal(asked("@agent fix all"), "fix");
  assert.equal(asked("@agent fix-some"), null);
  assert.equal(asked("@agent fix-all-of-it"), null);
  assert.equal(read("fix-all", { vocabulary, addressed: true })?.name, "fix-all");
});

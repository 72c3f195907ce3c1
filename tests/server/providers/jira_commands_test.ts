import assert from "node:assert/strict";
import { jira } from "@/server/providers/jira.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";
import { readCommand } from "@/server/webhooks/matching/read_command.ts";
import { createVocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import { assertLinear } from "@/tests/helpers/cpu_time.ts";

const OWN = "5c5f880629be9642ba529340";
const vocabulary = createVocabulary(builtinCommands("jira"));
const asks = (text: string | null) =>
  readCommand(text, {
    mentions: ["@agent", ...jira.mentions(OWN)],
    vocabulary,
    addressed: false,
    default_command: "<default_command>",
    unknown_command: "help",
    hide: jira.hide,
  })?.name ?? null;

Deno.test("a real mention of us asks, on Cloud and on Data Center; one of others does not", () => {
  assert.equal(asks(`[~accountid:${OWN}] analyze`), "analyze");
  assert.equal(asks(`[~${OWN}] plan`), "plan");
  assert.equal(asks("[~accountid:5c0000] analyze"), null);
  assert.equal(asks("[~nora] analyze"), null);
  assert.equal(asks("@agent analyze"), "analyze");
});

Deno.test("what wiki text shows or quotes is not said", () => {
  const cases: [string, string | null][] = [
    ["{code}\n@agent fix\n{code}", null],
    ["{code:js|title=x}\n@agent fix\n{code}\n@agent plan", "plan"],
    ["{CODE}\n@agent fix\n{Code}\n@agent plan", "plan"],
    ["{code}\n@agent fix", null],
    ["{noformat}\n@agent fix\n{noformat}", null],
    ["{noformat}{code}{noformat}\n@agent plan", "plan"],
    ["{quote}\n@agent fix\n{quote}", null],
    ["{quote}@agent fix{quote} @agent plan", "plan"],
    ["{{@agent fix}}", null],
    ["{{ not closed\n@agent plan\n}}", "plan"],
    ["{{a}} @agent plan {{b}}", "plan"],
    ["bq. @agent fix\n@agent plan", "plan"],
    ["  bq. @agent fix", null],
    ["no bq. @agent plan", "plan"],
    ["\\{code} @agent plan \\{code}", "plan"],
    ["{panel}\n@agent plan\n{panel}", "plan"],
    ["> @agent fix", null],
    ["Thanks!\n\n-- \nBob\n@agent fix fan club", null],
    ["```\n@agent fix\n```\n@agent plan", "plan"],
    ["* @agent plan", "plan"],
    ["# @agent plan", "plan"],
  ];
  for (const [text, wanted] of cases) assert.equal(asks(text), wanted, JSON.stringify(text));
});

Deno.test("hiding keeps every place where it was", () => {
  const text = "a {code}x\ny{code} b {{m}} c\nbq. q\n{quote}z";
  const hidden = jira.hide(text);
  assert.equal(hidden.length, text.length);
  assert.equal(hidden.split("\n").length, text.split("\n").length);
  assert.ok(hidden.startsWith("a ") && hidden.includes(" b ") && hidden.includes(" c\n"));
  assert.ok(!/[xyzmq]/.test(hidden));
});

Deno.test("four times the text takes about four times as long, whatever it is", async () => {
  const slow = [
    "{code}",
    "{code:",
    "{{",
    "{{\n",
    "{{a}}",
    "{quote}",
    "bq. ",
    " ",
    "{noformat}{code}",
  ]
    .concat(["}}", "{code}{quote}{noformat}", "bq. x\n", "{{{code}", "\\{code}", "\t\n"]);
  for (const unit of slow) {
    const work = (length: number) =>
      asks("@agent x " + unit.repeat(length / unit.length) + "@agent");
    await assertLinear(JSON.stringify(unit), work, [250_000, 1_000_000]);
  }
});

const shared = new URL("../../../../shared/fixtures/command_cases.json", import.meta.url);
const table = await Deno.readTextFile(shared).then(JSON.parse, () => null);
Deno.test(`the shared table${table ? "" : " (../shared/fixtures is absent: nothing to try)"}`, () => {
  for (const { provider, text, want } of table?.cases ?? []) {
    if (provider && provider !== "jira") continue;
    const name = asks(text);
    assert.deepEqual(name ? [name] : [], want, JSON.stringify(text));
  }
});

import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import { normalise } from "@/server/webhooks/matching/normalise.ts";
import { assertLinear, cpuTime } from "@/tests/helpers/cpu_time.ts";
import { callback, read } from "@/tests/server/providers/slack_payloads.ts";
import { asks, SLACK_MENTION } from "@/tests/server/providers/slack_asks.ts";
import { folder, missing } from "@/tests/server/providers/slack_fixtures.ts";

Deno.test("we are mentioned by id; code and quotes of Slack's own kind ask for nothing", () => {
  const cases: [string, string | null][] = [
    [`${SLACK_MENTION} analyze`, "analyze"],
    ["<@U0AGENT|agent> analyze", "analyze"],
    ["Hello <@U0AGENT>, plan this", "plan"],
    ["<@U0AGENT>\u00a0plan", "plan"],
    ["<@U0OTHER> analyze", null],
    ["&lt;@U0AGENT&gt; analyze", null],
    ["`<@U0AGENT> fix`", null],
    ["`a` <@U0AGENT> fix `b`", "fix"],
    ["say ```<@U0AGENT> fix``` <@U0AGENT> plan", "plan"],
    ["```\n<@U0AGENT> fix", null],
    ["&gt; <@U0AGENT> fix", null],
    ["&gt; <@U0AGENT> fix\n<@U0AGENT> plan", "plan"],
    ["&gt;&gt;&gt; a\n\n<@U0AGENT> fix", null],
    ["a &gt; b <@U0AGENT> fix", "fix"],
    ["    <@U0AGENT> fix", "fix"],
    ["@agent review", "review"],
    ["<mailto:me@agent.com|me@agent.com> fix", null],
  ];
  for (const [text, wanted] of cases) assert.equal(asks(text), wanted, text);
});

Deno.test("hiding keeps every place, and takes time by length alone", async () => {
  const text = normalise("> a\nb `c` ```d\ne``` f\n>>> g\nh", ["@agent"]);
  const hidden = slack.hide(text);
  assert.equal(hidden.length, text.length);
  assert.equal(hidden.replace(/[ \ufffc]/g, ""), "\nb\nf\n\n");
  for (const unit of ["<", "<a|", "`", "``` ", "> ", " >", "&lt;@U", "<@U1|", "\n> `a"]) {
    const work = (length: number) => slack.hide(unit.repeat(length / unit.length));
    await assertLinear(JSON.stringify(unit), work, [250_000, 1_000_000]);
  }
});

Deno.test("what no message can be long enough for costs no more than a long one", async () => {
  const body = callback({ text: "a &amp; <@U1> `x` ".repeat(1_000_000) });
  let length = 0;
  const parsing = await cpuTime(() => JSON.parse(body));
  const reading = await cpuTime(() => length = read(body).event.text!.length);
  assert.ok(length <= 100_000);
  assert.ok(reading < 200 + 10 * parsing, `${reading} ms, of which ${parsing} ms to parse it`);
});

const shared = new URL("../command_cases.json", folder);
const table = await Deno.readTextFile(shared).then(JSON.parse, () => null);
Deno.test(`the shared table, as far as it is about Slack${missing}`, () => {
  // deno-lint-ignore no-explicit-any
  for (const { text, want } of (table?.cases ?? []).filter((c: any) => c.provider === "slack")) {
    const name = asks(text);
    assert.deepEqual(name ? [name] : [], want, text);
  }
});

/** Lines as two versions of the CLI printed them: what is read from them is the same. */
import assert from "node:assert/strict";
import { OutputReader } from "@/workers/claude/output.ts";
import type { CliEvent } from "@/workers/claude/output.ts";
import type { OutputRow } from "@/db/nouns/output.ts";
import { readText } from "@/tests/layout/source.ts";
import { rowsOf, textOf } from "@/tests/helpers/claude.ts";

const VERSIONS = ["2.1.197", "2.1.332"];

interface Recorded {
  reader: OutputReader;
  events: CliEvent[];
  rows: OutputRow[];
}

/** Reads the recorded lines, to the first of that type where one is named. */
async function recorded(version: string, story: string, until?: string): Promise<Recorded> {
  const text = await readText(`tests/fixtures/cli_lines/${version}/${story}.jsonl`);
  const lines = text.trim().split("\n");
  const last = until ? lines.findIndex((line) => JSON.parse(line).type === until) : lines.length;
  const reader = new OutputReader();
  const events = lines.slice(0, last + 1).flatMap((line) => reader.read(line).events);
  return { reader, events, rows: rowsOf(events) };
}

const kinds = (rows: OutputRow[]) => rows.map((row) => row.kind).filter((kind) => kind !== "text");

const STORIES: Record<string, (lines: Recorded, version: string) => void> = {
  think: ({ rows }) => {
    assert.equal(textOf(rows, "thinking"), "Let me think about it.");
    assert.equal(textOf(rows, "text"), "Thought about it.");
  },
  denied: ({ rows }) => {
    assert.deepEqual(kinds(rows), ["system", "tool_use", "tool_result", "result"]);
    assert.equal(rows.find((row) => row.kind === "tool_result")!.data!.is_error, true);
    const { permission_denials } = rows.at(-1)!.data as { permission_denials: unknown[] };
    assert.equal(permission_denials.length, 1);
  },
  subagent: ({ rows, reader }, version) => {
    const call = rows.find((row) => row.data?.name === "Agent")!.data!.id;
    const inside = rows.filter((row) => row.parent_tool_use_id === call);
    assert.deepEqual(kinds(inside), ["tool_use", "tool_result"]);
    const results = rows.filter((row) => row.kind === "tool_result");
    const answer = results.find((row) => row.data!.tool_use_id === call)!;
    assert.match(
      answer.text!,
      version === "2.1.197" ? /^Called Read\./ : /^Works in the background\.$/,
    );
    assert.equal(reader.result!.result, "The sub-agent finished.");
    assert.equal(reader.sub_agents.working, false);
  },
  interrupt: ({ rows, reader }) => {
    assert.equal(reader.result!.is_error, true);
    assert.equal(textOf(rows, "text"), "tok0 ");
    assert.ok(reader.usage.cost_usd > 0.02 && reader.usage.cost_usd < 0.04, "paid for once");
    assert.equal(reader.usage.num_turns, 2);
  },
  dropmid: ({ rows, reader }) => {
    assert.equal(reader.result!.result, "Partial ");
    assert.equal(reader.usage.num_turns, 1);
    assert.ok(!rows.some((row) => row.kind === "error"));
  },
  refusal: ({ rows, reader }) => {
    assert.equal(reader.result!.is_error, true);
    assert.match(rows.findLast((row) => row.kind === "error")!.text!, /^API Error: /);
  },
  cost: ({ reader }) => assert.equal(reader.result!.result, "The loop is done."),
};

for (const version of VERSIONS) {
  Deno.test(`lines of ${version} are read to their meaning, and none is left over`, async (t) => {
    for (const [story, expect] of Object.entries(STORIES)) {
      await t.step(story, async () => {
        const lines = await recorded(version, story);
        const unread = lines.rows.filter((row) =>
          row.data?.unparsed || row.text === row.data?.subtype
        );
        assert.deepEqual(unread, []);
        assert.equal(lines.events.filter((event) => event.type === "taken_up").length, 1);
        expect(lines, version);
      });
    }
  });

  Deno.test(`what ${version} says of the cost between two requests is believed`, async () => {
    const { reader } = await recorded(version, "cost", "control_response");
    const told = { "2.1.197": 0.0295, "2.1.332": 0.0307 }[version];
    assert.equal(reader.usage.cost_usd, told, "to four decimals, as it says; we would know more");
  });
}

Deno.test("what 2.1.332 cut off is in its sums, and is not counted again", async () => {
  for (const story of ["interrupt", "dropmid"]) {
    const { reader } = await recorded("2.1.332", story);
    assert.equal(reader.usage.cost_usd, reader.result!.total_cost_usd, story);
  }
});

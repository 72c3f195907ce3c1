import assert from "node:assert/strict";
import { type CliEvent, OutputReader } from "@/workers/claude/output.ts";
import { MAX_ROW_BYTES } from "@/workers/claude/stored_text.ts";
import { rowsOf, textOf } from "@/tests/helpers/claude.ts";

function readAll(lines: unknown[]): { reader: OutputReader; events: CliEvent[] } {
  const reader = new OutputReader();
  const events = lines.flatMap((line) =>
    reader.read(typeof line === "string" ? line : JSON.stringify(line)).events
  );
  return { reader, events };
}

function stream(event: Record<string, unknown>) {
  return { type: "stream_event", event, parent_tool_use_id: null };
}

const start = (id: string, input_tokens = 1000) =>
  stream({
    type: "message_start",
    message: { id, model: "claude-sonnet-4-6", usage: { input_tokens, output_tokens: 1 } },
  });
const says = (text: string) =>
  stream({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });
const ends = (output_tokens: number) =>
  stream({ type: "message_delta", delta: {}, usage: { output_tokens } });
const assistant = (id: string, block: Record<string, unknown>, parent: string | null = null) => ({
  type: "assistant",
  parent_tool_use_id: parent,
  message: { id, model: "claude-sonnet-4-6", content: [block], usage: { input_tokens: 10 } },
});

Deno.test("a text that was streamed is not stored again, one that was not is", () => {
  const { events } = readAll([
    start("m1"),
    says("Hello "),
    says("you."),
    assistant("m1", { type: "text", text: "Hello you." }),
    assistant("m2", { type: "text", text: "From the sub-agent." }, "toolu_1"),
    assistant("m3", { type: "text", text: "From the fallback." }),
  ]);
  assert.deepEqual(rowsOf(events).map((row) => [row.text, row.message_id]), [
    ["Hello ", "m1"],
    ["you.", "m1"],
    ["From the sub-agent.", "m2"],
    ["From the fallback.", "m3"],
  ]);
  assert.equal(rowsOf(events)[2].parent_tool_use_id, "toolu_1");
});

Deno.test("what cannot be read is kept, never thrown", () => {
  const lines = ["garbage", '{"type":', "[1,2]", "null", '{"no":"type"}', '{"type":"assistant"}'];
  const rows = rowsOf(readAll(lines).events);
  assert.deepEqual(rows.map((row) => row.text), lines);
  assert.ok(rows.every((row) => row.kind === "system" && row.data?.unparsed === true));
});

Deno.test("a kind of line that we have never heard of is kept with its data", () => {
  const [row] = rowsOf(
    readAll([{ type: "system", subtype: "brand_new", uuid: "x", size: 3 }]).events,
  );
  assert.deepEqual([row.kind, row.text, row.data], [
    "system",
    "brand_new",
    { subtype: "brand_new", size: 3 },
  ]);
});

Deno.test("a text longer than a row is split between characters and stays whole", () => {
  const text = "🧑‍🚀é".repeat(100_000);
  const rows = rowsOf(readAll([start("m1"), says(text)]).events);
  assert.ok(rows.length > 3);
  assert.equal(textOf(rows, "text"), text);
  for (const row of rows) {
    assert.ok(new TextEncoder().encode(row.text!).length <= MAX_ROW_BYTES);
    assert.ok(row.text!.isWellFormed());
  }
});

Deno.test("a huge tool result is cut, and says so; a huge input keeps its shape", () => {
  const content = "x".repeat(1_000_000);
  const [use, result] = rowsOf(
    readAll([
      assistant("m1", { type: "tool_use", id: "t", name: "Write", input: { file: "a", content } }),
      { type: "user", message: { content: [{ type: "tool_result", tool_use_id: "t", content }] } },
    ]).events,
  );
  assert.equal(result.text!.length, MAX_ROW_BYTES);
  assert.equal(result.data!.cut_characters, 1_000_000 - MAX_ROW_BYTES);
  const input = use.data!.input as { file: string; content: string };
  assert.equal(input.file, "a");
  assert.match(input.content, /more characters\)$/);
});

Deno.test("NUL and lone surrogates go through as they came", () => {
  const { events } = readAll([start("m1"), says("a\u0000b\ud83dc")]);
  assert.equal(textOf(rowsOf(events), "text"), "a\u0000b\ud83dc");
});

Deno.test("the CLI's own sum is the truth; what it does not cover yet is added by estimate", () => {
  const reader = new OutputReader();
  const read = (line: unknown) => reader.read(JSON.stringify(line));
  read(start("m1"));
  read(ends(100));
  assert.equal(reader.usage.cost_usd, (1000 * 3 + 100 * 15) / 1e6);
  read({
    type: "control_response",
    response: { request_id: "r", response: { text: "Total cost:            $0.0050\n" } },
  });
  assert.equal(reader.usage.cost_usd, 0.005);
  read(start("m2", 2000));
  assert.equal(reader.usage.cost_usd, 0.005 + 2000 * 3 / 1e6);
  assert.equal(reader.usage.input_tokens, 3000);
  assert.equal(reader.usage.num_turns, 2);
  read(ends(10));
  read({
    type: "result",
    subtype: "success",
    is_error: false,
    num_turns: 2,
    total_cost_usd: 0.0123,
    modelUsage: {
      a: { inputTokens: 3000, outputTokens: 110, cacheReadInputTokens: 5, costUSD: 1 },
      b: { inputTokens: 7, outputTokens: 1, cacheCreationInputTokens: 6, costUSD: 1 },
    },
  });
  assert.deepEqual(reader.usage, {
    cost_usd: 0.0123,
    input_tokens: 3007,
    output_tokens: 111,
    cache_read_tokens: 5,
    cache_creation_tokens: 6,
    num_turns: 2,
  });
});

Deno.test("a message that an interrupt cut off is counted, though the result leaves it out", () => {
  const reader = new OutputReader();
  for (const line of [start("m1", 1_000_000), says("x".repeat(4000))]) {
    reader.read(JSON.stringify(line));
  }
  reader.read(JSON.stringify({ type: "result", is_error: true, num_turns: 1, total_cost_usd: 0 }));
  assert.equal(reader.usage.input_tokens, 1_000_000);
  assert.equal(reader.usage.output_tokens, 1000);
  assert.equal(reader.usage.num_turns, 1);
  assert.ok(reader.usage.cost_usd > 3);
});

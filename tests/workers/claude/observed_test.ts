/** What a run saw, from lines as a CLI never wrote them, and from far too many. */
import assert from "node:assert/strict";
import { coverage, coverageText, refusals } from "@/db/nouns/coverage.ts";
import { OutputReader } from "@/workers/claude/output.ts";

interface Line {
  id: string;
  name: string;
  input?: unknown;
  parent?: string | null;
}

const called = ({ id, name, input = {}, parent = null }: Line) => ({
  type: "assistant",
  parent_tool_use_id: parent,
  message: { id: "m1", model: "x", content: [{ type: "tool_use", id, name, input }] },
});

const answered = (id: string, fields: Record<string, unknown> = {}, beside = {}) => ({
  type: "user",
  parent_tool_use_id: null,
  message: { content: [{ type: "tool_result", tool_use_id: id, content: "fine", ...fields }] },
  ...beside,
});

function read(lines: unknown[]) {
  const { observed } = lines.reduce<OutputReader>((reader, line) => {
    reader.read(typeof line === "string" ? line : JSON.stringify(line));
    return reader;
  }, new OutputReader());
  const seen = { coverage: observed.coverage(), refusals: observed.refusals() };
  // As they are read from the row again.
  coverage.parse(JSON.parse(JSON.stringify(seen.coverage)));
  refusals.parse(JSON.parse(JSON.stringify(seen.refusals)));
  return seen;
}

const DENIED = "Permission to use Bash has been denied because Claude Code is in don't ask mode.";

Deno.test("each line that tells of a denial tells of the same one", () => {
  const denial = { tool_name: "Bash", tool_use_id: "t1", tool_input: { command: "ls" } };
  const lines = {
    call: called({ id: "t1", name: "Bash", input: { command: "ls" } }),
    event: { type: "system", subtype: "permission_denied", ...denial },
    words: answered("t1", { is_error: true, content: DENIED }),
    meta: answered("t1", { is_error: true, content: "Not now." }, {
      tool_result_meta: [{ id: "t1", permission_decision: { decision: "reject" } }],
    }),
    result: { type: "result", is_error: false, permission_denials: [denial] },
  };
  const { call, event, words, meta, result } = lines;
  for (const told of [[event], [words], [meta], [result], [event, words, result]]) {
    const { refusals, coverage } = read([call, ...told]);
    assert.deepEqual(refusals.map(({ tool, what, count }) => [tool, what, count]), [
      ["Bash", "ls", 1],
    ]);
    assert.equal(coverage.commands.count, 0);
  }
  assert.equal(read([result]).refusals[0].what, "ls");
});

Deno.test("what a file or a command says of refusals is not one", () => {
  const { refusals, coverage } = read([
    called({ id: "t1", name: "Read", input: { file_path: "a" } }),
    answered("t1", { content: DENIED }),
    called({ id: "t2", name: "Bash", input: { command: "b" } }),
    answered("t2", { is_error: true, content: `Exit code 1\n${DENIED}\nNo such tool available` }),
    called({ id: "t3", name: "Bash", input: { command: "sleep 9" } }),
    answered("t3", { is_error: true, content: "<tool_use_error>Blocked: sleep</tool_use_error>" }),
  ]);
  assert.deepEqual(refusals, []);
  assert.deepEqual(coverage.commands, { count: 1, names: ["b"] });
});

Deno.test("lines of any shape are read as far as they make sense", () => {
  const odd = [null, 7, "x", [], { file: 1 }, { file: { startLine: -1, totalLines: "many" } }];
  for (const input of odd) {
    const { coverage } = read([
      called({ id: "t1", name: "Read", input }),
      answered("t1", {}, { tool_use_result: input, tool_result_meta: input }),
      answered("unknown"),
      { type: "result", is_error: false, permission_denials: input },
      { type: "result", is_error: false, permission_denials: [input] },
    ]);
    assert.equal(coverage.files_read.count, 1);
  }
  for (const name of ["__proto__", "constructor", "toString"]) {
    read([called({ id: "t1", name }), answered("t1"), called({ id: name, name })]);
  }
});

Deno.test("lists and names stay short, numbers true, whatever the model calls", () => {
  const name = (i: number) => `no_such_tool_${i}_${"x".repeat(5000)}\n@everyone`;
  const { refusals, coverage } = read(
    Array.from({ length: 3000 }, (_, i) => [
      called({ id: `r${i}`, name: "Read", input: { file_path: `${"d/".repeat(900)}${i}` } }),
      answered(`r${i}`),
      called({ id: `n${i}`, name: name(i), input: { command: "y".repeat(9000) + "\ud83d" } }),
      answered(`n${i}`, { is_error: true, content: "No such tool available" }),
    ]).flat(),
  );
  assert.equal(coverage.files_read.count, 3000);
  assert.equal(coverage.files_read.names.length, 50);
  assert.equal(refusals.reduce((sum, { count }) => sum + count, 0), 3000);
  assert.equal(refusals.length, 50);
  assert.ok(JSON.stringify([refusals, coverage]).length < 60_000);
  const text = coverageText(coverage, refusals);
  assert.ok(text.length < 200, text);
  assert.doesNotMatch(text, /everyone/);
});

Deno.test("sub-agents that the CLI would not start are told as cut off", () => {
  const ended = (refused: unknown) => ({ type: "result", subagent_stats: { refused } });
  const cutOff = (...refused: unknown[]) => read(refused.map(ended)).coverage.cut_off;
  assert.deepEqual(cutOff({ depth_limit: 0 }), []);
  assert.deepEqual(cutOff({ depth_limit: 1 }), ["a sub-agent, by the CLI's limits"]);
  // Of the whole process, each time.
  const twice = cutOff({ depth_limit: 1, budget: 2 }, { depth_limit: 1, budget: 2 });
  assert.deepEqual(twice, ["3 sub-agents, by the CLI's limits"]);
  for (const odd of [null, "all", [], { budget: "many" }]) assert.deepEqual(cutOff(odd), []);
});

Deno.test("a call nested a hundred thousand levels deep does not stop the reading", () => {
  const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  const [call, denials] = [
    JSON.stringify(called({ id: "t1", name: "Odd", input: "DEEP" })),
    JSON.stringify({
      type: "result",
      is_error: false,
      permission_denials: [{ tool_name: "Odd", tool_use_id: "t1", tool_input: "DEEP" }],
    }),
  ].map((line) => line.replace('"DEEP"', deep));
  const reader = new OutputReader();
  reader.read(call);
  assert.equal(reader.read(denials).signal, "result");
  assert.deepEqual(reader.observed.refusals().map(({ tool }) => tool), ["Odd"]);
});

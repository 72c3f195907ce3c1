import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { type ResultLine, resultLine } from "@/workers/claude/cli_lines.ts";
import { definitionWithResult } from "@/workers/claude/agent_definition.ts";
import { OutputReader } from "@/workers/claude/output.ts";
import { StructuredResult } from "@/workers/claude/structured.ts";
import { claudeSettings, claudeTask, runToEnd, testFolders } from "@/tests/helpers/claude.ts";

const text = z.strictObject({ text: z.string() });
const schema = {
  json: z.toJSONSchema(text),
  problem: (value: unknown) => text.safeParse(value).error?.message ?? null,
};

const ended = (fields: Record<string, unknown>): ResultLine =>
  resultLine.parse({ type: "result", subtype: "success", is_error: false, ...fields });
const problemOf = (structured_output: unknown, problem = schema.problem) =>
  new StructuredResult({ ...schema, problem }).problem(ended({ structured_output }));

const deep = (levels: number): unknown =>
  JSON.parse(`{"text":${"[".repeat(levels)}${"]".repeat(levels)}}`);

Deno.test("a result may hold any characters, and not too many of them", () => {
  assert.equal(problemOf({ text: "NUL \0, half a pair \ud83d" }), null);
  assert.match(problemOf({ text: "x".repeat(50_000_000) })!, /longer than 262144 characters/);
  assert.match(problemOf({ text: Array(10_000_000).fill(0) })!, /longer than 262144 characters/);
  assert.match(problemOf({ ["x".repeat(300_000)]: 1 })!, /longer than 262144 characters/);
});

Deno.test("a result that is nested a million levels deep is refused, not followed", () => {
  assert.match(problemOf(deep(1_000_000))!, /nested more than 64 levels deep/);
});

Deno.test("what is no data at all is missing", () => {
  for (const nothing of [undefined, null]) {
    assert.match(problemOf(nothing)!, /None was handed over/);
  }
  for (const wrong of ["text", 7, true, [], { text: 7 }]) assert.ok(problemOf(wrong));
});

Deno.test("the words for what is wrong are few, whatever the check says or throws", () => {
  assert.equal(problemOf({}, () => "a secret".repeat(1_000_000))!.length, 1995);
  assert.equal(problemOf({}, () => "x".repeat(1_000_000)), "…");
  const thrown = problemOf({}, () => {
    throw new RangeError("Maximum call stack size exceeded");
  });
  assert.match(thrown!, /^It could not be checked: RangeError: Maximum call stack/);
});

Deno.test("it is asked for once, and not where the run failed or no result is wanted", () => {
  const result = new StructuredResult(schema);
  assert.equal(result.askAgain(ended({ structured_output: { text: "right" } })), null);
  assert.equal(result.askAgain(ended({ is_error: true })), null);
  assert.equal(result.askAgain(null), null);
  assert.match(result.askAgain(ended({}))!, /could not be used\. None was/);
  assert.equal(result.askAgain(ended({})), null);
  assert.equal(new StructuredResult(null).askAgain(ended({})), null);
});

Deno.test("an agent that lists its tools gets the one to hand over by, and loses nothing", () => {
  const file = (tools: string) => `---\nname: looks\ndescription: Looks\n${tools}\n---\n\nLook.\n`;
  const written = (tools: string) => JSON.parse(definitionWithResult("looks", file(tools))!);
  const looks = { description: "Looks", prompt: "Look." };
  assert.deepEqual(written("tools: Read, Bash(git log:*, git show:*)\nmodel: opus"), {
    looks: {
      ...looks,
      tools: ["Read", "Bash(git log:*, git show:*)", "StructuredOutput"],
      model: "opus",
    },
  });
  assert.deepEqual(written("tools: [Read]\ndisallowedTools: Write"), {
    looks: { ...looks, tools: ["Read", "StructuredOutput"], disallowedTools: ["Write"] },
  });
  for (const tools of ["", "tools:", 'tools: "*"']) {
    assert.equal(definitionWithResult("looks", file(tools)), null);
  }
});

Deno.test("a result line that is longer than we read ends the run, with a reason", async () => {
  await using folders = await testFolders();
  const cli_bin = join(folders.root, "fake-claude");
  const script = `#!/bin/sh
printf '{"is_error":false,"session_id":"s","total_cost_usd":0.1,"structured_output":{"text":"'
head -c 50000000 /dev/zero | tr '\\0' x
printf '"},"type":"result"}\\n'
read -r line
while read -r line; do :; done`;
  await Deno.writeTextFile(cli_bin, script);
  await Deno.chmod(cli_bin, 0o755);
  const settings = await claudeSettings({ url: "http://127.0.0.1:9" }, { cli_bin });
  const task = claudeTask("hello", { agent: null, result_schema: schema });
  const { result } = await runToEnd(task, folders, settings);
  assert.deepEqual([result.status, result.ended_by], ["failed", "cli"]);
  assert.match(result.error!, /result was too long to be read \(50\d{6} characters\)/);
});

Deno.test("only a result is taken for a cut result", () => {
  const said = `{"type":"assistant","message":{"content":[{"input":{"total_cost_usd":1}}]`;
  const reader = new OutputReader();
  assert.equal(reader.read(said, 5).signal, null);
  assert.equal(reader.read(`{"note":"\\"total_cost_usd\\":1"`, 5).signal, null);
  assert.equal(reader.result, null);
  const old = `{"type":"result","subtype":"success","total_cost_usd":0.5,"result":"xx`;
  assert.equal(reader.read(old, 5).signal, "result");
});

/** What a run leaves in its task: without our secrets, and with what it did not get to see. */
import assert from "node:assert/strict";
import { createRedactor } from "@/db/process/redact.ts";
import type { Task } from "@/db/nouns/task.ts";
import { NO_USAGE } from "@/db/nouns/usage.ts";
import { notStarted } from "@/workers/claude/outcome.ts";
import { OutputReader } from "@/workers/claude/output.ts";
import { leftOutOf } from "@/workers/prompt.ts";
import { unseenAfter } from "@/workers/run/unseen.ts";
import { endingOf } from "@/workers/run_task.ts";

const SECRET = "correct-horse-battery-staple-0123456789";
const redactor = createRedactor([SECRET]);
const task = { ...NO_USAGE } as Task;
const nothing = unseenAfter(false);

function read(commands: string[]) {
  const reader = new OutputReader();
  commands.forEach((command, i) => {
    const id = `t${i}`;
    const [name, content] = ["Bash", "No such tool available: Bash"];
    const use = { type: "tool_use", id, name, input: { command } };
    const result = { type: "tool_result", tool_use_id: id, is_error: true, content };
    reader.read(JSON.stringify({ type: "assistant", message: { id: "m", content: [use] } }));
    reader.read(JSON.stringify({ type: "user", message: { content: [result] } }));
  });
  return reader.observed;
}

Deno.test("no secret of ours is in result, coverage or refusals, however it was cut", () => {
  const at_the_cut = `echo ${"x".repeat(200 - 5 - 20)}${SECRET}`;
  const observed = read([`echo ${SECRET}`, at_the_cut, `first\n${SECRET}`]);
  const structured = { title: `by ${SECRET}`, [SECRET]: [[SECRET]], none: null, round: 7 };
  const coverage = { ...observed.coverage(), cut_off: [SECRET], skipped: [] };
  const refusals = observed.refusals();
  const result = { ...notStarted(`bad: ${SECRET}`, "spawn"), structured, coverage, refusals };
  const ending = endingOf(task, result, redactor, nothing);
  const kept = JSON.stringify(ending);
  assert.ok(!kept.includes("horse"), kept);
  assert.equal(ending.refusals!.length, 3);
  assert.equal((ending.result as { round: number }).round, 7);
});

Deno.test("no result stays no result", () => {
  const ending = endingOf(task, notStarted("It broke.", "spawn"), redactor, nothing);
  assert.deepEqual([ending.result, ending.refusals, ending.error], [null, [], "It broke."]);
});

Deno.test("what the prompt left out, and what an earlier run did, is told with the coverage", () => {
  const said = (length: number) => ({ content: "x".repeat(length) });
  assert.deepEqual(leftOutOf([]), []);
  assert.deepEqual(leftOutOf([said(8000)]), []);
  assert.deepEqual(leftOutOf([said(8001)]), ["the end of a long message"]);
  assert.deepEqual(leftOutOf([said(9000), ...Array(18).fill(said(1)), said(9000), said(9000)]), [
    "older messages of the conversation",
    "the end of 2 long messages",
  ]);
  const unseen = unseenAfter(true);
  unseen.cut_off.push("older messages of the conversation");
  const { coverage } = endingOf(task, notStarted("It broke.", "spawn"), redactor, unseen);
  assert.deepEqual(coverage!.cut_off, ["older messages of the conversation"]);
  assert.deepEqual(coverage!.skipped, ["the count of what was done before an interruption"]);
});

/** The real CLI: a result that is data, checked by us as well, and asked for once more. */
import assert from "node:assert/strict";
import { z } from "zod";
import { type ScriptedModel, startScriptedModel } from "@/server/demo/scripted_model.ts";
import { STEP_RESULTS } from "@/db/nouns/step_results.ts";
import { resultSchema } from "@/workers/run/result_schema.ts";
import {
  claudeSettings,
  claudeTask,
  runToEnd,
  testFolders,
  watchRun,
} from "@/tests/helpers/claude.ts";

const inside = z.string().refine((path) => !path.startsWith("/"), "is no path in the repository");
const verdict = z.strictObject({ passes: z.boolean(), path: inside });

const RIGHT = JSON.stringify({ passes: true, path: "src/main.ts" });
/** No JSON Schema says what is wrong with it: this gets past the CLI, and not past us. */
const OUTSIDE = JSON.stringify({ passes: true, path: "/etc/passwd" });

async function run(model: ScriptedModel, prompt: string, changes = {}) {
  await using folders = await testFolders();
  const task = claudeTask(prompt, { result_schema: resultSchema(verdict), ...changes });
  return await runToEnd(task, folders, await claudeSettings(model));
}

/** What we said to the run after its prompt. */
const asked = (rows: { text: string | null; data: Record<string, unknown> | null }[]) =>
  rows.filter((row) => row.data?.subtype === "message").map((row) => row.text);

Deno.test("what a run hands over is its result, for an agent with tools of its own as well", async () => {
  await using model = await startScriptedModel();
  for (const agent of ["brain", "planning", null]) {
    const { result, rows } = await run(model, `[[result:${RIGHT}]]`, {
      agent,
      tool_profile: "read",
    });
    assert.equal(result.error, null, agent ?? "");
    assert.deepEqual(result.structured, JSON.parse(RIGHT));
    assert.deepEqual(asked(rows), []);
  }
  const tools = model.requests.map(({ body }) => body.tools.map(({ name }) => name).sort());
  assert.deepEqual(tools, Array(3).fill(["Grep", "Read", "StructuredOutput"]));
  const [, planning] = model.requests;
  assert.match(JSON.stringify(planning.body.system), /You analyse and plan/);
});

Deno.test("without a schema there is no structured result, and nothing to hand one over by", async () => {
  await using model = await startScriptedModel();
  const { result, rows } = await run(model, `[[result:${RIGHT}||Well.]]`, { result_schema: null });
  assert.deepEqual([result.status, result.output, result.structured], ["completed", "Well.", null]);
  assert.match(rows.find(({ kind }) => kind === "tool_result")!.text!, /No such tool available/);
  assert.deepEqual(result.refusals.map(({ tool }) => tool), ["StructuredOutput"]);
});

Deno.test("a wrong result is asked for once more, in the same run, with what was wrong", async () => {
  await using model = await startScriptedModel();
  const { result, rows, events } = await run(model, `[[result:${OUTSIDE}||${RIGHT}]]`);
  assert.deepEqual([result.status, result.structured], ["completed", JSON.parse(RIGHT)]);
  const [question, ...more] = asked(rows);
  assert.match(question!, /could not be used\. ✖ is no path in the repo\w+\s+→ at path\s+Call the/);
  assert.deepEqual(more, []);
  assert.equal(events.filter(({ type }) => type === "init").length, 1);
  assert.match(JSON.stringify(model.requests.at(-1)!.body.messages), /could not be used/);
});

Deno.test("a result that stays wrong fails the run, with the reason", async () => {
  await using model = await startScriptedModel();
  const { result, rows } = await run(model, `[[result:${OUTSIDE}]]`);
  assert.deepEqual([result.status, result.structured], ["failed", null]);
  assert.match(result.error!, /^Its structured result could not be used\. ✖ is no path in/);
  assert.equal(asked(rows).length, 1);
  assert.equal(model.requests.length, 2);
});

Deno.test("a run that hands over nothing is asked, and fails when it stays silent", async () => {
  await using model = await startScriptedModel();
  const silent = await run(model, "[[result:I would rather talk.]]");
  assert.equal(silent.result.status, "failed");
  assert.match(silent.result.error!, /None was handed over: StructuredOutput was not called/);
  const late = await run(model, `[[result:Hm.||Hm.||${RIGHT}]]`);
  assert.deepEqual(late.result.structured, JSON.parse(RIGHT));
  assert.equal(asked(late.rows).length, 1);
});

Deno.test("what the schema itself refuses, the CLI sends back until it gives up, in words", async () => {
  await using model = await startScriptedModel();
  const { result, rows } = await run(model, `[[result:{"passes":"yes"}]]`);
  assert.equal(result.status, "failed");
  assert.match(result.error!, /valid structured output after 5 attempts.*passes: must be boolean/);
  assert.deepEqual(asked(rows), []);
});

Deno.test("a schema that the CLI cannot read fails the run before the model is asked", async () => {
  await using model = await startScriptedModel();
  const broken = { json: { type: "nonsense" }, problem: () => null };
  const { result } = await run(model, "[[hello]]", { result_schema: broken });
  assert.match(result.error!, /--json-schema is not a valid JSON Schema/);
  const long = { json: { description: "ü".repeat(70_000) }, problem: () => null };
  const too_long = await run(model, "[[hello]]", { result_schema: long });
  assert.match(too_long.result.error!, /schema of its result has 14\d{4} bytes, more than fit/);
  assert.equal(model.requests.length, 0);
});

Deno.test("a run that was killed hands over its result once it is resumed", async () => {
  const calls = [
    { tools: [{ name: "Bash", input: { command: "echo begun" } }] },
    { tools: [{ name: "Bash", input: { command: "true; sleep 300" } }] },
  ];
  await using model = await startScriptedModel({ scenarios: { busy: () => calls } });
  await using folders = await testFolders();
  const settings = await claudeSettings(model);
  const result_schema = resultSchema(verdict);
  const first = claudeTask("[[busy]]", { result_schema });
  const run = watchRun(first, folders, settings);
  await run.row(({ kind, text }) => kind === "tool_result" && /begun/.test(text ?? ""));
  await run.kill();
  const again = claudeTask(`Go on. [[result:${OUTSIDE}||${RIGHT}]]`, {
    result_schema,
    cli_session_id: first.cli_session_id,
    resume: true,
  });
  const { result, rows } = await runToEnd(again, folders, settings);
  assert.deepEqual([result.error, result.structured], [null, JSON.parse(RIGHT)]);
  assert.equal(asked(rows).length, 1);
});

Deno.test("the CLI takes the schema of each step", async () => {
  await using model = await startScriptedModel();
  for (const [step, schema] of Object.entries(STEP_RESULTS)) {
    const result_schema = { ...resultSchema(schema), problem: () => "enough" };
    const { result } = await run(model, "[[result:No.]]", { result_schema });
    assert.match(result.error!, /None was handed over/, step);
  }
});

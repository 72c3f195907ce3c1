/** The real CLI against a scripted model: what a run does and says when all is well. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { runFolders } from "@/workers/claude/folders.ts";
import { cliEnvironment } from "@/workers/claude/options.ts";
import type { OutputRow } from "@/db/nouns/output.ts";
import {
  claudeSettings,
  claudeTask,
  runToEnd,
  testFolders,
  textOf,
} from "@/tests/helpers/claude.ts";

function messages(rows: OutputRow[]): string[] {
  const texts = rows.filter((row) => row.kind === "text");
  const ids = [...new Set(texts.map((row) => row.message_id))];
  return ids.map((id) => textOf(texts.filter((row) => row.message_id === id), "text"));
}

Deno.test("the CLI writes, reads and runs for real, and all of it is seen once and in order", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = claudeTask("[[write:hello.txt]]");
  const { result, events, rows } = await runToEnd(task, folders, await claudeSettings(model));

  assert.deepEqual([result.status, result.error, result.ended_by], ["completed", null, "cli"]);
  assert.equal(await Deno.readTextFile(join(folders.work, "hello.txt")), "hello ünï ✓\n");
  const tools = rows.filter((row) => row.kind.startsWith("tool_"));
  assert.deepEqual(tools.map((row) => row.data!.name ?? row.kind), [
    "Write",
    "tool_result",
    "Read",
    "tool_result",
    "Bash",
    "tool_result",
  ]);
  assert.equal(tools[5].text, "hello ünï ✓");
  assert.equal(tools[5].data!.tool_use_id, tools[4].data!.id);
  assert.deepEqual(messages(rows), [result.output]);

  const init = events.find((event) => event.type === "init");
  assert.equal(init?.cli_session_id, task.cli_session_id);
  assert.equal(result.cli_session_id, task.cli_session_id);
  assert.ok(init?.agents.includes("brain") && init.agents.includes("planning"));

  const asked = model.requests.map((request) => request.body);
  const system = JSON.stringify(asked[0].system);
  assert.match(system, /You are the first to read each request/, "the agent's own prompt");
  assert.ok(system.includes(`Working directory: ${folders.work}`));
  assert.match(JSON.stringify(asked[0].messages), /data, never instructions/, "the ground rules");
});

Deno.test("cost and every kind of token are the sum over the requests", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const { result, events } = await runToEnd(
    claudeTask("[[usage:1000:200:30000:4000]]", { model: "sonnet" }),
    folders,
    await claudeSettings(model),
  );
  const { cost_usd, ...counts } = result.usage;
  assert.deepEqual(counts, {
    input_tokens: 1000,
    output_tokens: 200,
    num_turns: 1,
    cache_read_tokens: 30000,
    cache_creation_tokens: 4000,
  });
  assert.ok(Math.abs(cost_usd - (2000 + 2000 + 3000 + 10000) / 1e6) < 1e-9, `${cost_usd}`);
  const told = events.filter((event) => event.type === "metrics");
  assert.equal(told[0].usage.input_tokens, 1000, "what was read is told before the answer ends");
  assert.deepEqual(told.at(-1)!.usage, result.usage);
});

Deno.test("a sub-agent's work is shown under the call that started it, and paid for", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const { result, rows } = await runToEnd(
    claudeTask("[[subagent:planning:tool:Read:{}]]"),
    folders,
    await claudeSettings(model),
  );
  assert.equal(result.output, "The sub-agent finished.");
  const call = rows.find((row) => row.kind === "tool_use" && row.data!.name === "Agent")!;
  const inside = rows.filter((row) => row.parent_tool_use_id === call.data!.id);
  assert.deepEqual(inside.map((row) => row.kind), ["tool_use", "tool_result"]);
  const answer = rows.findLast((row) => row.data?.tool_use_id === call.data!.id)!;
  assert.match(answer.text!, /^ *Called Read\.$/m, "within a frame that says whose words they are");
  assert.equal(model.requests.length, 4);
  const sub_agent = model.requests[1].body;
  assert.match(sub_agent.model, /opus/, "the sub-agent's own model");
  assert.match(JSON.stringify(sub_agent.system), /You analyse and plan/);
  assert.ok(!sub_agent.tools.some((tool) => tool.name === "Bash"), "the sub-agent's own tools");
});

Deno.test("a sub-agent in the background is waited for: the last result counts", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const { result, rows } = await runToEnd(
    claudeTask("[[subagentbg:general-purpose:bash:sleep 0.4]]"),
    folders,
    await claudeSettings(model),
  );
  assert.equal(result.output, "The sub-agent in the background finished.");
  const results = rows.filter((row) => row.kind === "result");
  assert.deepEqual(results.map((row) => row.data!.goes_on), [true, false]);
  assert.equal(result.usage.num_turns, 3);
});

Deno.test("an answer of 5 MB arrives to the last byte", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const { result, rows } = await runToEnd(
    claudeTask("[[big:5000000]]"),
    folders,
    await claudeSettings(model),
  );
  assert.equal(result.status, "completed", result.error ?? "");
  assert.equal(result.output!.length, 5_000_000);
  assert.equal(textOf(rows, "text"), result.output);
});

Deno.test("NUL, escapes, emoji and half an emoji come through unchanged", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const settings = await claudeSettings(model);
  const { result, rows } = await runToEnd(claudeTask("[[unicode]]"), folders, settings);
  assert.equal(result.status, "completed", result.error ?? "");
  const text = textOf(rows, "text");
  for (
    const part of ["日本語 🧑‍🚀", "NUL \u0000", "\u001b[31mred", "\u2028", "lone \ud83d", "\\ tab\t"]
  ) {
    assert.ok(text.includes(part), JSON.stringify(part));
  }
});

Deno.test("a megabyte from a tool is shown and the run goes on", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const { result, rows } = await runToEnd(
    claudeTask("[[bigbash:5000000]]"),
    folders,
    await claudeSettings(model),
  );
  assert.equal(result.output, "Printed a lot.");
  assert.match(rows.find((row) => row.kind === "tool_result")!.text!, /xxxx/);
});

Deno.test("what the CLI leaves in its folders is known", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  await runToEnd(claudeTask("[[write:hello.txt]]"), folders, await claudeSettings(model));
  const names = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  assert.deepEqual(names(folders.home), [".appended-prompt"]);
  assert.deepEqual(names(folders.work), ["hello.txt"]);
  assert.equal(
    names(folders.config).join(" "),
    ".claude.json CLAUDE.md agents backups plugins projects session-env sessions shell-snapshots",
  );
  const known = [`claude-${Deno.uid()}`, "cc-socks"];
  assert.deepEqual(names(folders.tmp).filter((name) => !known.includes(name)), []);
});

Deno.test("the CLI still knows each variable that we set for it", async () => {
  const { cli_bin } = await claudeSettings({ url: "http://127.0.0.1:9" });
  const settings = { credentials: {}, agent_env: {} };
  const given = cliEnvironment({ run_id: "r" }, runFolders("/run"), settings);
  const wanted = Object.keys(given).filter((name) => /^(API|CLAUDE|DISABLE)_/.test(name)).sort();
  assert.equal(wanted.length, 8);
  const grep = new Deno.Command("grep", {
    args: ["--text", "--only-matching", "--word-regexp", wanted.join("\\|"), cli_bin],
  });
  const found = new TextDecoder().decode((await grep.output()).stdout).trim().split("\n");
  assert.deepEqual([...new Set(found)].sort(), wanted);
});

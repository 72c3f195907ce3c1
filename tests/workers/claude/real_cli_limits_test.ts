/** The real CLI: limits, failures of the API, and how a run is ended. */
import assert from "node:assert/strict";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import type { RunLimits } from "@/workers/claude/process.ts";
import {
  claudeSettings,
  claudeTask,
  runToEnd,
  testFolders,
  watchRun,
} from "@/tests/helpers/claude.ts";
import { fileAppears, processesOf } from "@/tests/helpers/processes.ts";

function limited(prompt: string, limits: Partial<RunLimits>) {
  const task = claudeTask(prompt);
  return { ...task, limits: { ...task.limits, ...limits } };
}

Deno.test("the turn limit ends a loop, with its cost", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = limited("[[loop:20]]", { max_turns: 2 });
  const { result } = await runToEnd(task, folders, await claudeSettings(model));
  assert.equal(result.error, "Reached the limit of 2 turns (TASK_MAX_TURNS).");
  assert.deepEqual([result.status, result.output, result.exit_code], ["failed", null, 1]);
  assert.equal(model.requests.length, 2);
  assert.ok(result.usage.cost_usd > 0);
});

Deno.test("the budget ends a loop, and what was spent is known", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = limited("[[loop:20]]", { max_usd: 0.04 });
  const { result } = await runToEnd(task, folders, await claudeSettings(model));
  assert.equal(result.error, "Reached the budget of $0.04 (TASK_MAX_USD).");
  assert.ok(result.usage.cost_usd > 0.04 && result.usage.cost_usd < 0.1);
});

Deno.test("the budget ends sub-agents too, and the run has failed though it had answered", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = limited("[[subagentbg:general-purpose:loop:20]]", { max_usd: 0.1 });
  const { result } = await runToEnd(task, folders, await claudeSettings(model));
  assert.equal(result.error, "Reached the budget of $0.1 (TASK_MAX_USD).");
  assert.equal(result.status, "failed");
  assert.ok(result.usage.cost_usd >= 0.1 && result.usage.cost_usd < 0.15);
});

Deno.test("a request that the API refuses fails at once, in the API's words", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const { result, rows } = await runToEnd(
    claudeTask("[[err:400]]"),
    folders,
    await claudeSettings(model),
  );
  assert.equal(result.status, "failed");
  assert.equal(result.error, "API Error: 400 Scripted error 400");
  // A 400 may be about a beta of its own, so the CLI asks again without the two it can do without.
  assert.ok(model.requests.length <= 3);
  assert.ok(!rows.some((row) => row.data?.subtype === "api_retry"));
  assert.equal(rows.find((row) => row.kind === "error")!.text, result.error);
});

Deno.test("an overloaded API is tried again, openly, and a recovery is a success", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const settings = await claudeSettings(model);
  const { result, rows } = await runToEnd(claudeTask("[[err:529:1]]"), folders, settings);
  assert.deepEqual([result.status, result.output], ["completed", "Recovered."]);
  const retry = rows.find((row) => row.data?.subtype === "api_retry")!;
  assert.match(retry.text!, /529 overloaded\): trying again in \d\.\d s, attempt 1 of 3/);
});

Deno.test("an API that stays overloaded fails the run within seconds", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const settings = await claudeSettings(model);
  const { result } = await runToEnd(claudeTask("[[err:529]]"), folders, settings);
  assert.equal(result.status, "failed");
  assert.match(result.error!, /^API Error: .*529/);
});

Deno.test("a model that never answers meets the time limit; the turn before it is paid for", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = limited("[[hangafter]]", { timeout_seconds: 5 });
  const started = Date.now();
  const { result } = await runToEnd(task, folders, await claudeSettings(model));
  assert.equal(result.ended_by, "time");
  assert.equal(
    result.error,
    "Stopped after 5 s, the time limit of a task (TASK_TIMEOUT_SECONDS).",
  );
  assert.ok(result.usage.cost_usd > 0.01);
  assert.ok(result.usage.output_tokens > 0 && result.usage.cache_creation_tokens > 1000);
  assert.ok(Date.now() - started < 10_000);
  assert.deepEqual(processesOf(task.run_id), []);
});

Deno.test("an answer that stalls half-way is counted for what it read and said", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = limited("[[hangmid]]", { timeout_seconds: 5 });
  const { result } = await runToEnd(task, folders, await claudeSettings(model));
  assert.equal(result.ended_by, "time");
  assert.ok(result.usage.cache_creation_tokens > 1000 && result.usage.output_tokens > 0);
  assert.ok(result.usage.cost_usd > 0.01);
});

Deno.test("a CLI that is killed from outside has its cost and says how it died", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const run = watchRun(claudeTask("[[sleep:1000]]"), folders, await claudeSettings(model));
  await run.row((row) => row.kind === "tool_use");
  await run.metrics((usage) => usage.output_tokens > 0);
  Deno.kill(run.pid!, "SIGKILL");
  const result = await run.done;
  assert.deepEqual([result.status, result.ended_by, result.signal], [
    "failed",
    "killed",
    "SIGKILL",
  ]);
  assert.equal(result.error, "Stopped by SIGKILL, before the CLI gave a result");
  assert.ok(result.usage.cost_usd > 0.01);
  assert.equal(result.usage.num_turns, 1);
});

Deno.test("stop during a Bash tool leaves nothing alive, not even a daemon", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = claudeTask("[[bash:setsid sleep 1000 & echo up > up; sleep 1000]]");
  const run = watchRun(task, folders, await claudeSettings(model));
  await run.row((row) => row.kind === "tool_use");
  await fileAppears(`${folders.work}/up`);
  assert.ok(processesOf(task.run_id).length >= 3);
  const started = Date.now();
  await run.stop();
  assert.ok(Date.now() - started < 3000);
  assert.deepEqual(processesOf(task.run_id), []);
  const result = await run.done;
  assert.deepEqual([result.status, result.ended_by], ["failed", "stop"]);
  assert.equal(result.error, "Stopped on request.");
  assert.ok(result.usage.cost_usd > 0.01);
});

Deno.test("a daemon that the run leaves behind does not outlive it", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = claudeTask("[[daemon:1000]]");
  const settings = await claudeSettings(model);
  const run = watchRun(task, folders, settings);
  assert.equal((await run.done).status, "completed");
  assert.deepEqual(processesOf(task.run_id), []);
});

Deno.test("a run that is stopped before it starts never starts", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const run = watchRun(claudeTask("[[hello]]"), folders, await claudeSettings(model));
  await run.stop();
  assert.deepEqual([(await run.done).ended_by, run.pid], ["stop", null]);
  assert.equal(model.requests.length, 0);
});

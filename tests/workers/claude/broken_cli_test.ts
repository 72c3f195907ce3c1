/** A CLI that is missing, locked out or mad: each fails in words that say what to do. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { createRedactor } from "@/db/process/redact.ts";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { cliLogin, locateCli } from "@/workers/claude/locate.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import type { TextFilter } from "@/workers/claude/tail.ts";
import type { RunLimits } from "@/workers/claude/process.ts";
import {
  claudeSettings,
  claudeTask,
  PINNED_VERSION,
  runToEnd,
  testFolders,
  textOf,
} from "@/tests/helpers/claude.ts";
import { piecesIn, SHAPES } from "@/tests/helpers/secret_samples.ts";
import { processesOf } from "@/tests/helpers/processes.ts";

const NO_MODEL = { url: "http://127.0.0.1:9" };

async function fakeCli(folders: RunFolders, script: string, mode = 0o755): Promise<string> {
  const path = join(folders.root, "fake-claude");
  await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`);
  await Deno.chmod(path, mode);
  return path;
}

async function runFake(
  script: string,
  limits: Partial<RunLimits> = {},
  errors?: TextFilter,
) {
  await using folders = await testFolders();
  const cli_bin = await fakeCli(folders, script);
  const task = claudeTask("hello", { agent: null });
  task.limits = { ...task.limits, ...limits };
  const settings = await claudeSettings(NO_MODEL, { cli_bin });
  const started = Date.now();
  const outcome = await runToEnd(task, folders, settings, errors);
  assert.deepEqual(processesOf(task.run_id), []);
  return { ...outcome, took_ms: Date.now() - started };
}

Deno.test("a CLI that is missing or not executable is named, with the setting to change", async () => {
  await using folders = await testFolders();
  const missing = await claudeSettings(NO_MODEL, { cli_bin: "/nowhere/claude" });
  const { result } = await runToEnd(claudeTask("hello"), folders, missing);
  assert.deepEqual([result.status, result.ended_by, result.usage.cost_usd], ["failed", "spawn", 0]);
  assert.match(result.error!, /not found at \/nowhere\/claude.*Set CLAUDE_BIN/);
  await assert.rejects(locateCli("/nowhere/claude"), /not found at \/nowhere\/claude.*CLAUDE_BIN/);
  await assert.rejects(locateCli("no-such-claude"), /is not on PATH .*CLAUDE_BIN/);

  const cli_bin = await fakeCli(folders, "exit 0", 0o644);
  const locked = await runToEnd(claudeTask("hello"), folders, { ...missing, cli_bin });
  assert.match(locked.result.error!, /is not an executable file.*CLAUDE_BIN/);
  await assert.rejects(locateCli(cli_bin), /is not an executable file/);
});

Deno.test("a program that is not the CLI is not taken for it", async () => {
  await using folders = await testFolders();
  const cli_bin = await fakeCli(folders, "echo I am something else");
  await assert.rejects(locateCli(cli_bin), /did not answer as the Claude Code CLI does/);
});

Deno.test("the pinned CLI is found, as a real file, with its version", async () => {
  const { cli_bin, version } = await locateCli(null);
  assert.equal(version, PINNED_VERSION);
  assert.equal(await Deno.realPath(cli_bin), cli_bin);
});

Deno.test("not signed in: said at start, and by the run, with the variable to set", async () => {
  await using folders = await testFolders();
  const settings = await claudeSettings(NO_MODEL, { credentials: {} });
  const login = await cliLogin(settings);
  assert.equal(login.logged_in, false);
  assert.match(login.hint, /Set ANTHROPIC_API_KEY/);
  const { result } = await runToEnd(claudeTask("hello"), folders, settings);
  assert.match(result.error!, /^The CLI is not signed in: set ANTHROPIC_API_KEY/);
  assert.equal(result.usage.cost_usd, 0);

  const signed_in = await cliLogin({ ...settings, credentials: { ANTHROPIC_API_KEY: "sk-x" } });
  assert.deepEqual(signed_in, { logged_in: true, method: "api_key", hint: "" });
});

Deno.test("a key that the API does not accept is the same story", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const settings = await claudeSettings(model);
  const { result } = await runToEnd(claudeTask("[[err:401]]"), folders, settings);
  assert.match(result.error!, /^The CLI is not signed in.*It said: .*401/);
});

Deno.test("an agent that is not there, and an empty prompt, fail before anything starts", async () => {
  await using folders = await testFolders();
  const settings = await claudeSettings(NO_MODEL);
  const nobody = await runToEnd(claudeTask("hello", { agent: "nobody" }), folders, settings);
  assert.match(nobody.result.error!, /no agent named "nobody" in \.claude\/agents/);
  const sneaky = await runToEnd(claudeTask("hello", { agent: "../CLAUDE" }), folders, settings);
  assert.match(sneaky.result.error!, /is not an agent's name/);
  const empty = await runToEnd(claudeTask(" \n"), folders, settings);
  assert.deepEqual([empty.result.error, empty.result.ended_by], ["The prompt is empty.", "spawn"]);
});

Deno.test("garbage is kept, and no result is a failure though the exit code is 0", async () => {
  const { result, rows } = await runFake("echo garbage; printf '\\377\\376 half'; exit 0");
  assert.equal(result.error, "The CLI ended without a result (exit code 0)");
  assert.deepEqual(rows.map((row) => [row.text, row.data!.unparsed]), [
    ["garbage", true],
    ["\ufffd\ufffd half", true],
  ]);
});

Deno.test("the end of stderr says why", async () => {
  const { result } = await runFake("seq 5000 >&2; echo 'the disk is full' >&2; exit 3");
  assert.match(
    result.error!,
    /^The CLI ended without a result \(exit code 3\): [\s\S]*the disk is full$/,
  );
  assert.ok(result.error!.length < 5000);
  assert.equal(result.exit_code, 3);
});

Deno.test("a secret that the end of stderr begins within was hidden before", async () => {
  const token = SHAPES["a new installation token"];
  for (const room of [4000, 4096 - 40, 4096 - token.length]) {
    const { result } = await runFake(
      `printf '%s' 'https://me:${token}@example.org ' >&2; ` +
        `head -c ${room} /dev/zero | tr '\\0' z >&2; exit 1`,
      {},
      createRedactor([]).stream(),
    );
    assert.deepEqual(piecesIn(result.error!, token), [], `${room} bytes behind it`);
    assert.match(result.error!, /z$/);
  }
});

Deno.test("a CLI that prints 50 MB is stopped at its limit", async () => {
  const { result, rows, took_ms } = await runFake(
    "yes 0123456789012345678901234567890123456789012345678 | head -c 50000000; sleep 1000",
    { max_output_bytes: 1_000_000 },
  );
  assert.deepEqual([result.status, result.ended_by], ["failed", "output"]);
  assert.equal(result.error, "Stopped: the CLI printed more than 1000000 bytes.");
  const kept = textOf(rows, "system").length;
  assert.ok(kept > 500_000 && kept < 1_100_000, `${kept}`);
  assert.ok(took_ms < 8000);
});

Deno.test("50 MB in one line do not take the memory with them", async () => {
  const { result, rows } = await runFake("head -c 50000000 /dev/zero | tr '\\0' x; echo; exit 0");
  assert.equal(result.error, "The CLI ended without a result (exit code 0)");
  assert.equal(rows.length, 1);
  assert.equal(rows[0].data!.cut_bytes, 50_000_000 - 32 * 1024 * 1024);
});

Deno.test("a CLI that dies by SIGKILL in the middle of a line", async () => {
  const { result, rows } = await runFake(`printf '{"type":"resu'; kill -9 $$`);
  assert.equal(result.error, "Stopped by SIGKILL, before the CLI gave a result");
  assert.deepEqual([result.signal, rows[0].text], ["SIGKILL", '{"type":"resu']);
});

Deno.test("a CLI that hangs, deaf to everything, is gone within 3 s of its time limit", async () => {
  const { result, took_ms } = await runFake("trap '' INT TERM HUP; sleep 1000 & wait; sleep 1000", {
    timeout_seconds: 1,
  });
  assert.deepEqual([result.ended_by, result.usage.cost_usd], ["time", 0]);
  assert.ok(took_ms < 4500, `${took_ms}`);
});

Deno.test("a CLI that waits for the end of stdin gets it once its result was read", async () => {
  const line =
    '{"type":"result","subtype":"success","is_error":false,"result":"fine","num_turns":1}';
  const { result } = await runFake(`echo '${line}'; cat > /dev/null; exit 0`);
  assert.deepEqual([result.status, result.output], ["completed", "fine"]);
});

Deno.test("a listener that throws does not disturb the run", async () => {
  await using folders = await testFolders();
  const cli_bin = await fakeCli(
    folders,
    `echo noise; echo '{"type":"result","is_error":false,"result":"fine","num_turns":1}'`,
  );
  const { startClaude } = await import("@/workers/claude/process.ts");
  const settings = await claudeSettings(NO_MODEL, { cli_bin });
  const run = startClaude(claudeTask("hello", { agent: null }), folders, settings, 0, () => {
    throw new Error("a bad listener");
  });
  assert.equal((await run.done).output, "fine");
});

Deno.test("folders that an earlier run replaced by links are not followed", async () => {
  await using folders = await testFolders();
  await Deno.symlink("/etc", folders.config);
  const { result } = await runToEnd(claudeTask("hello"), folders, await claudeSettings(NO_MODEL));
  assert.match(result.error!, /config is not a folder/);
});

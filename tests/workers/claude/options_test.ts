import assert from "node:assert/strict";
import { runFolders } from "@/workers/claude/folders.ts";
import { cliArguments, cliEnvironment, messageLine, plainText } from "@/workers/claude/options.ts";
import { claudeTask } from "@/tests/helpers/claude.ts";

const inside = runFolders("/run");
const agent = { name: "planning", model: "opus" };

function value(args: string[], flag: string): string | undefined {
  return args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined;
}

Deno.test("the model is the task's, else the agent's, else sonnet; it is always named", () => {
  const task = claudeTask("hello");
  assert.equal(value(cliArguments({ ...task, model: "haiku" }, agent, inside), "--model"), "haiku");
  assert.equal(value(cliArguments(task, agent, inside), "--model"), "opus");
  assert.equal(value(cliArguments(task, null, inside), "--model"), "sonnet");
});

Deno.test("nothing ever skips permissions, and a checkout's own settings are never read", () => {
  for (const tool_profile of ["read", "edit", "full"] as const) {
    const args = cliArguments(claudeTask("hello", { tool_profile }), agent, inside);
    assert.equal(value(args, "--permission-mode"), "dontAsk");
    assert.equal(value(args, "--setting-sources"), "user");
    assert.ok(args.includes("--strict-mcp-config"));
    assert.ok(!args.join(" ").match(/bypass|dangerously/i));
  }
});

Deno.test("the prompt is not among the arguments, limits are when they are set", () => {
  const limits = { timeout_seconds: 1, max_turns: 7, max_usd: 2.5, max_output_bytes: 1 };
  const args = cliArguments(claudeTask("a secret prompt", { limits }), null, inside);
  assert.ok(!args.join(" ").includes("secret"));
  assert.deepEqual([value(args, "--max-turns"), value(args, "--max-budget-usd")], ["7", "2.5"]);
  const unlimited = { ...limits, max_turns: null, max_usd: null };
  const free = cliArguments(claudeTask("x", { limits: unlimited }), null, inside);
  assert.ok(!free.includes("--max-turns") && !free.includes("--max-budget-usd"));
});

Deno.test("a new run names its session, one that goes on resumes it", () => {
  const task = claudeTask("hello");
  assert.equal(value(cliArguments(task, null, inside), "--session-id"), task.cli_session_id);
  const resumed = cliArguments({ ...task, resume: true }, null, inside);
  assert.equal(value(resumed, "--resume"), task.cli_session_id);
  assert.ok(!resumed.includes("--session-id"));
});

Deno.test("the operator's variables cannot undo ours", () => {
  const agent_env = { PATH: "/opt/bin", HOME: "/root", CLAUDE_CODE_DISABLE_ATTACHMENTS: "0" };
  const env = cliEnvironment({ run_id: "r1" }, inside, { credentials: { KEY: "k" }, agent_env });
  assert.equal(env.PATH, "/opt/bin");
  assert.equal(env.HOME, inside.home);
  assert.equal(env.CLAUDE_CODE_DISABLE_ATTACHMENTS, "1");
  assert.deepEqual([env.AGENT_RUN_ID, env.KEY], ["r1", "k"]);
});

Deno.test("no message can be taken for a slash command", () => {
  assert.ok(!plainText("/compact").startsWith("/"));
  assert.ok(!plainText(" \n/config a=b").trimStart().startsWith("/"));
  assert.ok(plainText("/etc/hosts is wrong").endsWith("/etc/hosts is wrong"));
  assert.equal(plainText("look at /etc/hosts"), "look at /etc/hosts");
});

Deno.test("a message is one line, whatever is in it", () => {
  const line = messageLine("two\nlines \u0000 \ud83d", "uuid-1");
  assert.equal(line.indexOf("\n"), line.length - 1);
  assert.equal(JSON.parse(line).message.content, "two\nlines \u0000 \ud83d");
});

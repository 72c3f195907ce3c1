/** The real CLI: what text from outside and files in the work folder cannot make it do. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { type ScriptedModel, startScriptedModel } from "@/server/demo/scripted_model.ts";
import type { ClaudeTask, RunResult } from "@/workers/claude/process.ts";
import type { ToolProfile } from "@/db/nouns/tool_profile.ts";
import type { OutputRow } from "@/db/nouns/output.ts";
import { claudeSettings, claudeTask, runToEnd, testFolders } from "@/tests/helpers/claude.ts";

async function run(
  model: ScriptedModel,
  prompt: string,
  changes: Partial<ClaudeTask> = {},
  prepare: (work: string) => Promise<void> = async () => {},
): Promise<{ result: RunResult; rows: OutputRow[]; work: string }> {
  await using folders = await testFolders();
  await Deno.mkdir(folders.work);
  await prepare(folders.work);
  const settings = await claudeSettings(model);
  const { result, rows } = await runToEnd(claudeTask(prompt, changes), folders, settings);
  return { result, rows, work: folders.work };
}

/** All that the model was given to read. */
function read(model: ScriptedModel): string {
  return JSON.stringify(model.requests.map((request) => request.body.messages));
}

Deno.test("a prompt that begins with a slash goes to the model as text", async () => {
  for (const prompt of ["/compact", "/config theme=dark", "\n /etc/hosts is wrong"]) {
    await using model = await startScriptedModel();
    const { result } = await run(model, prompt);
    assert.equal(result.status, "completed", result.error ?? "");
    assert.equal(model.requests.length, 1, `${prompt} did not reach the model`);
    assert.ok(read(model).includes(JSON.stringify(prompt).slice(1, -1)));
  }
});

Deno.test("a file named with @ in a prompt is not read", async () => {
  await using model = await startScriptedModel();
  const { result } = await run(
    model,
    "Please look at @/etc/passwd and @secret.txt and tell me.",
    {},
    (work) => Deno.writeTextFile(join(work, "secret.txt"), "the-secret-content"),
  );
  assert.equal(result.status, "completed", result.error ?? "");
  assert.ok(read(model).includes("@/etc/passwd"));
  assert.ok(!read(model).includes("root:") && !read(model).includes("the-secret-content"));
});

Deno.test("the CLI's shell sees the allow list and nothing of ours", async () => {
  await using model = await startScriptedModel();
  Deno.env.set("A_SECRET_OF_THE_WORKER", "must not be seen");
  try {
    const { rows } = await run(model, "[[bash:env | cut -d= -f1 | sort]]");
    const result = rows.find((row) => row.kind === "tool_result")!;
    const names = new Set(result.text!.split("\n"));
    const given = `AGENT_RUN_ID ANTHROPIC_API_KEY ANTHROPIC_BASE_URL API_TIMEOUT_MS
      CLAUDE_CODE_DISABLE_ATTACHMENTS CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC
      CLAUDE_CODE_MAX_RETRIES CLAUDE_CONFIG_DIR DISABLE_AUTOUPDATER DISABLE_ERROR_REPORTING
      DISABLE_TELEMETRY GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 HOME LANG PATH
      TMPDIR`.split(/\s+/);
    for (const name of given) assert.ok(names.has(name), `${name} is missing`);
    // Set by the CLI or by the shell itself.
    const own =
      /^(CLAUDECODE|CLAUDE_.*|AI_AGENT|GIT_EDITOR|NoDefaultCurrentDirectoryInExePath|PWD|OLDPWD|SHLVL|SHELL|_|COREPACK_.*|TERM|USER|LOGNAME|MallocNanoZone)$/;
    const others = [...names].filter((name) => !given.includes(name) && !own.test(name));
    assert.deepEqual(others, []);
  } finally {
    Deno.env.delete("A_SECRET_OF_THE_WORKER");
  }
});

/** One run with one call a turn; what each call was answered, and whether it was refused. */
async function attempt(
  tool_profile: ToolProfile,
  calls: [tool: string, input: Record<string, string>][],
  prepare: (work: string) => Promise<void>,
) {
  await using model = await startScriptedModel({
    scenarios: {
      attempts: (_args, cwd) => [
        ...calls.map(([name, input]) => ({
          tools: [{ name, input: JSON.parse(JSON.stringify(input).replaceAll("WORK", cwd)) }],
        })),
        { text: "Tried everything." },
      ],
    },
  });
  const { result, rows } = await run(model, "[[attempts]]", { tool_profile }, prepare);
  assert.equal(result.output, "Tried everything.");
  const answers = rows.filter((row) => row.kind === "tool_result");
  assert.equal(answers.length, calls.length);
  const found = calls.map((call, at) => ({
    call: JSON.stringify(call),
    text: answers[at].text!,
    refused: answers[at].data!.is_error === true,
  }));
  return { found, seen: JSON.stringify([rows, model.requests.map(({ body }) => body.messages)]) };
}

Deno.test("profile read ends at the work folder and has no shell", async () => {
  const content = { output_mode: "content" };
  const inside: [string, Record<string, string>][] = [
    ["Read", { file_path: "WORK/a.txt" }],
    ["Grep", { pattern: "everybody", ...content }],
  ];
  const refused: [string, Record<string, string>][] = [
    ["Read", { file_path: "/etc/passwd" }],
    ["Read", { file_path: "WORK/link" }],
    ["Read", { file_path: "WORK/folder/passwd" }],
    ["Read", { file_path: "WORK/../../../../../../etc/passwd" }],
    ["Read", { file_path: "/proc/self/root/etc/passwd" }],
    ["Read", { file_path: "/proc/self/environ" }],
    ["Grep", { pattern: "root", path: "/etc/passwd", ...content }],
    ["Grep", { pattern: "root", path: "WORK/link", ...content }],
    ["Grep", { pattern: "root", path: "WORK/folder", ...content }],
    ["Grep", { pattern: "root", path: "/proc/self/root/etc", ...content }],
    ["Bash", { command: "cat /etc/passwd" }],
    ["Glob", { pattern: "/etc/*" }],
    ["Write", { file_path: "WORK/b.txt", content: "x" }],
  ];
  // Not refused, and finds nothing: the pattern does not leave the folder.
  const empty: [string, Record<string, string>][] = [
    ["Grep", { pattern: "root", path: "WORK", glob: "/etc/*", ...content }],
    ["Grep", { pattern: "root", glob: "../../../../../../etc/passwd", ...content }],
  ];
  const { found, seen } = await attempt(
    "read",
    [...inside, ...refused, ...empty],
    async (work) => {
      await Deno.writeTextFile(join(work, "a.txt"), "for everybody");
      await Deno.symlink("/etc/passwd", join(work, "link"));
      await Deno.symlink("/etc", join(work, "folder"));
    },
  );
  for (const { call, text } of found.splice(0, inside.length)) {
    assert.match(text, /for everybody/, call);
  }
  for (const one of found.splice(0, refused.length)) assert.ok(one.refused, one.call);
  for (const { call, text } of found) assert.match(text, /^No matches found/, call);
  assert.ok(!seen.includes("root:x:"));
});

Deno.test("profile edit writes in the work folder, and nowhere that would run later", async () => {
  const write = (path: string): [string, Record<string, string>] => [
    "Write",
    { file_path: path.startsWith("/") ? path : `WORK/${path}`, content: "x" },
  ];
  const allowed = ["new.txt", "src/deep/new.ts"];
  const refused = `../home/x.txt folder/x.txt link /proc/self/root/tmp/x.txt .git/hooks/pre-commit
    .gitconfig .bashrc .vscode/settings.json .mcp.json .claude/settings.json .claude/agents/x.md
    .claude/skills/x/SKILL.md`.split(/\s+/);
  const { found } = await attempt("edit", [...allowed, ...refused].map(write), async (work) => {
    await Deno.symlink(join(work, "..", "home"), join(work, "folder"));
    await Deno.symlink(join(work, "..", "home", "y"), join(work, "link"));
  });
  const written = found.filter((one) => !one.refused).map((one) => JSON.parse(one.call));
  assert.deepEqual(written, allowed.map(write));
});

/** What the CLI, or another agent, reads of a repository where it is allowed to. */
const READ_BY_SOME = `CLAUDE.md CLAUDE.local.md AGENTS.md .claude/CLAUDE.md .claude/rules/evil.md
  .claude/commands/evil.md .claude/skills/evil/SKILL.md .claude/output-styles/evil.md
  .claude/workflows/evil.md sub/CLAUDE.md sub/AGENTS.md sub/.claude/skills/evil/SKILL.md`
  .split(/\s+/);

Deno.test("a checkout's own hooks, settings, agents and MCP servers do not run", async () => {
  await using model = await startScriptedModel();
  const { result, rows } = await run(model, "[[bash:ls -A; cd sub]]", {}, async (work) => {
    const hook = { hooks: [{ type: "command", command: `touch ${work}/hook-ran` }] };
    const settings = {
      env: { ANTHROPIC_MODEL: "haiku", INJECTED: "yes" },
      hooks: { SessionStart: [hook], PreToolUse: [{ matcher: "*", ...hook }] },
      permissions: { allow: ["Bash"] },
    };
    const server = { command: "touch", args: [`${work}/mcp-ran`] };
    await Deno.mkdir(join(work, ".claude", "agents"), { recursive: true });
    await Deno.writeTextFile(join(work, ".claude", "settings.json"), JSON.stringify(settings));
    await Deno.writeTextFile(
      join(work, ".claude", "settings.local.json"),
      JSON.stringify(settings),
    );
    for (const path of READ_BY_SOME) {
      await Deno.mkdir(dirname(join(work, path)), { recursive: true });
      const named = "---\nname: evil\ndescription: INJECTED DESCRIPTION\n---\nINJECTED RULES";
      await Deno.writeTextFile(join(work, path), named);
    }
    await Deno.writeTextFile(
      join(work, ".claude", "agents", "brain.md"),
      "---\nname: brain\ndescription: x\n---\nINJECTED AGENT",
    );
    await Deno.writeTextFile(join(work, ".mcp.json"), JSON.stringify({ mcpServers: { server } }));
  });
  assert.equal(result.status, "completed", result.error ?? "");
  const listing = rows.find((row) => row.kind === "tool_result")!.text!;
  assert.match(listing, /\.mcp\.json/);
  assert.ok(!listing.includes("-ran"), listing);
  const asked = JSON.stringify(model.requests.map((request) => request.body));
  assert.ok(!asked.includes("INJECTED"));
  assert.match(model.requests[0].body.model, /opus/);
});

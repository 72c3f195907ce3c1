/** The real CLI: what text from outside and files in the work folder cannot make it do. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type ScriptedModel, startScriptedModel } from "@/server/demo/scripted_model.ts";
import type { ClaudeTask, RunResult } from "@/workers/claude/process.ts";
import type { OutputRow } from "@/workers/claude/output.ts";
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

Deno.test("profile read ends at the work folder and has no shell", async () => {
  const attempts = {
    inside: 'Read:{"file_path":"WORK/a.txt"}',
    absolute: 'Read:{"file_path":"/etc/passwd"}',
    link: 'Read:{"file_path":"WORK/link"}',
    search: 'Grep:{"pattern":"root","path":"/etc/passwd","output_mode":"content"}',
    shell: 'Bash:{"command":"cat /etc/passwd"}',
    names: 'Glob:{"pattern":"/etc/*"}',
    write: 'Write:{"file_path":"WORK/b.txt","content":"x"}',
  };
  // One run, one attempt a turn: the model's script is made of them.
  await using model = await startScriptedModel({
    scenarios: {
      attempts: (_args, cwd) => [
        ...Object.values(attempts).map((attempt) => {
          const [name, json] = [
            attempt.slice(0, attempt.indexOf(":")),
            attempt.replace(/^\w+:/, ""),
          ];
          return { tools: [{ name, input: JSON.parse(json.replace("WORK", cwd)) }] };
        }),
        { text: "Tried everything." },
      ],
    },
  });
  const { result, rows } = await run(
    model,
    "[[attempts]]",
    { tool_profile: "read" },
    async (work) => {
      await Deno.writeTextFile(join(work, "a.txt"), "for everybody");
      await Deno.symlink("/etc/passwd", join(work, "link"));
    },
  );
  assert.equal(result.output, "Tried everything.");
  const answers = rows.filter((row) => row.kind === "tool_result");
  assert.equal(answers.length, Object.keys(attempts).length);
  assert.match(answers[0].text!, /for everybody/);
  for (const [index, name] of Object.keys(attempts).entries()) {
    assert.equal(answers[index].data!.is_error, index !== 0, name);
  }
  assert.ok(!JSON.stringify(rows).includes("root:x:"));
});

Deno.test("profile edit writes in the work folder, and nowhere that would run later", async () => {
  const files = ["new.txt", "../home/x.txt", ".git/hooks/pre-commit", ".claude/settings.json"];
  await using model = await startScriptedModel({
    scenarios: {
      writes: (_args, cwd) => [
        ...files.map((file) => ({
          tools: [{ name: "Write", input: { file_path: `${cwd}/${file}`, content: "x" } }],
        })),
        { text: "Tried." },
      ],
    },
  });
  const { rows } = await run(model, "[[writes]]", { tool_profile: "edit" });
  const refused = rows.filter((row) => row.kind === "tool_result").map((row) => row.data!.is_error);
  assert.deepEqual(refused, [false, true, true, true]);
});

Deno.test("a checkout's own hooks, settings, agents and MCP servers do not run", async () => {
  await using model = await startScriptedModel();
  const { result, rows } = await run(model, "[[bash:ls -A]]", { agent: "brain" }, async (work) => {
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
    await Deno.writeTextFile(join(work, ".claude", "CLAUDE.md"), "INJECTED RULES");
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

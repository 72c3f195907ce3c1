/** The real CLI: what a run saw, did and was refused, as the CLI reported it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { coverageText } from "@/db/nouns/coverage.ts";
import { type ScriptedModel, startScriptedModel } from "@/server/demo/scripted_model.ts";
import type { ToolCall, Turn } from "@/server/demo/scenarios.ts";
import type { ToolProfile } from "@/db/nouns/tool_profile.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { claudeSettings, claudeTask, runToEnd, testFolders } from "@/tests/helpers/claude.ts";

const call = (name: string, input: Record<string, unknown>): ToolCall => ({ name, input });

const sub = (tools: ToolCall[]) =>
  call("Agent", {
    description: "Look",
    subagent_type: "planning",
    run_in_background: false,
    prompt: `((inner:${JSON.stringify(tools)}))`,
  });

type Scene = (cwd: string) => ToolCall[];

function model(scene: Scene, one_by_one = false): Promise<ScriptedModel> {
  const end: Turn = { text: "Done." };
  return startScriptedModel({
    scenarios: {
      scene: (_args, cwd) => {
        const calls = scene(cwd);
        return one_by_one
          ? [...calls.map((one) => ({ tools: [one] })), end]
          : [{ tools: calls }, end];
      },
      inner: (args) => [{ tools: JSON.parse(args.join(":")) }, { text: "Looked." }],
    },
  });
}

async function furnish({ work }: RunFolders): Promise<void> {
  await Deno.mkdir(join(work, "src"), { recursive: true });
  await Deno.writeTextFile(join(work, "src/small.ts"), "one\ntwo\n");
  const lines = Array.from({ length: 5000 }, (_, i) => `line ${i} ${"x".repeat(40)}`);
  await Deno.writeTextFile(join(work, "big.txt"), lines.join("\n"));
}

async function run(tool_profile: ToolProfile, scene: Scene, one_by_one = false) {
  await using scripted = await model(scene, one_by_one);
  await using folders = await testFolders();
  await furnish(folders);
  const task = claudeTask("[[scene]]", { tool_profile });
  const { result } = await runToEnd(task, folders, await claudeSettings(scripted));
  assert.equal(result.error, null);
  const { coverage, refusals } = result;
  return { coverage, refusals, text: coverageText(coverage, refusals) };
}

const refused = (
  tool: string,
  what: string,
  { count = 1, by_sub_agent = false, made_good = false } = {},
) => ({ tool, what, count, by_sub_agent, made_good });

Deno.test("files, searches, commands and changes are counted, and what was cut is told", async () => {
  const { coverage, refusals, text } = await run("full", (cwd) => [
    call("Read", { file_path: `${cwd}/src/small.ts` }),
    call("Read", { file_path: `${cwd}/src/small.ts` }),
    call("Read", { file_path: `${cwd}/big.txt` }),
    call("Read", { file_path: `${cwd}/missing.txt` }),
    call("Grep", { pattern: "two", path: cwd }),
    call("Grep", { pattern: "line", path: cwd, output_mode: "content" }),
    call("Glob", { pattern: "**/*.ts" }),
    call("Bash", { command: "exit 3" }),
    call("Bash", { command: "head -c 200000 /dev/zero | tr '\\0' x" }),
    call("Write", { file_path: `${cwd}/new.txt`, content: "new" }),
  ]);
  assert.deepEqual(coverage.files_read, { count: 2, names: ["src/small.ts", "big.txt"] });
  assert.deepEqual(coverage.files_read_in_part, { count: 1, names: ["big.txt"] });
  assert.deepEqual(coverage.files_written, { count: 1, names: ["new.txt"] });
  assert.deepEqual([coverage.searches.count, coverage.searches_cut], [3, 1]);
  assert.deepEqual([coverage.commands.count, coverage.commands_cut], [2, 1]);
  assert.deepEqual(refusals, []);
  assert.equal(
    text,
    "Read 2 files (1 of them in part), made 3 searches (1 of them cut short), " +
      "ran 2 commands (1 of them cut short), changed 1 file.",
  );
});

Deno.test("a file that was read in parts, up to its end, was read", async () => {
  const { coverage } = await run(
    "read",
    (cwd) =>
      [1, 1001, 2001, 3001, 4001].map((offset) =>
        call("Read", { file_path: `${cwd}/big.txt`, offset, limit: 1000 })
      ),
  );
  assert.deepEqual([coverage.files_read.count, coverage.files_read_in_part.count], [1, 0]);
});

Deno.test("a tool that is not there, and one that may not, are refusals", async () => {
  const { refusals, text } = await run("read", (cwd) => [
    call("Read", { file_path: "/etc/passwd" }),
    call("Bash", { command: "npm test" }),
    call("Bash", { command: "npm test" }),
    call("WebFetch", { url: "https://example.com/x", prompt: "Read it" }),
    call("Read", { file_path: `${cwd}/src/small.ts` }),
  ]);
  assert.deepEqual(refusals, [
    refused("Read", "/etc/passwd"),
    refused("Bash", "npm test", { count: 2 }),
    refused("WebFetch", "https://example.com/x"),
  ]);
  assert.equal(text, "Read 1 file. Not allowed: Bash ×2, Read, WebFetch.");
});

Deno.test("what a sub-agent read and was refused counts as well, and is told apart", async () => {
  const { coverage, refusals, text } = await run("full", (cwd) => [sub([
    call("Bash", { command: "git log" }),
    call("Read", { file_path: `${cwd}/src/small.ts` }),
    call("Read", { file_path: `${cwd}/big.txt`, offset: 5, limit: 3 }),
    call("Grep", { pattern: "line", path: cwd, output_mode: "content" }),
  ])]);
  assert.deepEqual(coverage.files_read.names.toSorted(), ["big.txt", "src/small.ts"]);
  assert.deepEqual(coverage.files_read_in_part.names, ["big.txt"]);
  assert.deepEqual([coverage.searches.count, coverage.searches_cut], [1, 1]);
  assert.deepEqual(coverage.sub_agents, { count: 1, names: ["planning"] });
  assert.deepEqual(refusals, [refused("Bash", "git log", { by_sub_agent: true })]);
  assert.match(text, /started 1 sub-agent\. Not allowed: Bash \(sub-agent\)\.$/);
});

Deno.test("what was refused and then done with the same tool does not matter any more", async () => {
  const { refusals, text } = await run("full", (cwd) => [
    sub([call("Bash", { command: "git status --short" })]),
    call("Bash", { command: `cd ${cwd} && git status` }),
    call("Bash", { command: "echo something else" }),
  ], true);
  assert.deepEqual(refusals, [
    refused("Bash", "git status --short", { by_sub_agent: true, made_good: true }),
  ]);
  assert.doesNotMatch(text, /Not allowed/);
});

Deno.test("a run that used no tool has nothing to say of it", async () => {
  const { text } = await run("read", () => []);
  assert.equal(text, "");
});

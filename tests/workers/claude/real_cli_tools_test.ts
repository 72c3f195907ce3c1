/** The real CLI: which tools a profile has. A tool that a new version brings must not slip in. */
import assert from "node:assert/strict";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import type { ToolProfile } from "@/db/nouns/tool_profile.ts";
import { claudeSettings, claudeTask, runToEnd, testFolders } from "@/tests/helpers/claude.ts";

const FULL = "Agent Bash Edit Glob Grep Read WebFetch WebSearch Write";
const TOOLS: Record<ToolProfile, string> = {
  read: "Grep Read",
  edit: "Edit Grep Read Write",
  full: FULL,
};

/** Sub-agents that the CLI brings, and one of ours: they have at most what the profile has. */
const SUB_AGENTS: Record<string, string> = {
  "general-purpose": FULL,
  claude: FULL,
  Explore: "Bash Glob Grep Read WebFetch WebSearch",
  Plan: "Bash Glob Grep Read WebFetch WebSearch",
  planning: "Glob Grep Read",
};

/** Tools that the CLI has, or had in some version, and that no profile has. */
const OTHERS = `AskUserQuestion CronCreate EnterPlanMode EnterWorktree ExitPlanMode KillShell
  ListAgents ListMcpResourcesTool LSP Monitor MultiEdit NotebookEdit PowerShell PushNotification
  ReadMcpResourceTool RemoteTrigger ScheduleWakeup SendMessage Skill StructuredOutput TaskCreate
  TaskList TaskOutput TaskStop TaskUpdate TodoWrite ToolSearch Workflow`.split(/\s+/);

const names = (tools: (string | undefined)[]) => tools.toSorted().join(" ");

for (const tool_profile of Object.keys(TOOLS) as ToolProfile[]) {
  Deno.test(`profile ${tool_profile} has its tools and not one more`, async () => {
    const calls = OTHERS.map((name) => ({ tools: [{ name, input: {} }] }));
    await using model = await startScriptedModel({
      scenarios: { others: () => [...calls, { text: "Tried." }] },
    });
    await using folders = await testFolders();
    const task = claudeTask("[[others]]", { tool_profile });
    const { result, events, rows } = await runToEnd(task, folders, await claudeSettings(model));
    assert.equal(result.output, "Tried.");
    const init = events.find((event) => event.type === "init")!;
    // The CLI calls Agent by its former name there.
    assert.equal(
      names(init.tools.map((tool) => tool.replace("Task", "Agent"))),
      TOOLS[tool_profile],
    );
    for (const { body } of model.requests) {
      assert.equal(names(body.tools.map((tool) => tool.name)), TOOLS[tool_profile]);
    }
    const answers = rows.filter((row) => row.kind === "tool_result");
    assert.equal(answers.length, OTHERS.length);
    for (const [at, answer] of answers.entries()) {
      assert.match(answer.text!, /No such tool available/, OTHERS[at]);
    }
  });
}

Deno.test("no kind of sub-agent has a tool that its profile has not", async () => {
  await using model = await startScriptedModel({
    scenarios: {
      all: () => [
        {
          tools: Object.keys(SUB_AGENTS).map((subagent_type) => ({
            name: "Agent",
            input: { description: "x", prompt: `((think)) ${subagent_type}!`, subagent_type },
          })),
        },
        { text: "Asked them all." },
      ],
    },
  });
  await using folders = await testFolders();
  const { result } = await runToEnd(claudeTask("[[all]]"), folders, await claudeSettings(model));
  assert.equal(result.status, "completed", result.error ?? "");
  for (const [type, tools] of Object.entries(SUB_AGENTS)) {
    const own = model.requests.find(({ marker, body }) =>
      marker === "((think))" && JSON.stringify(body.messages).includes(` ${type}!`)
    );
    assert.equal(names(own!.body.tools.map((tool) => tool.name)), tools, type);
  }
});

import type { OutputRow } from "@/db/task_output.ts";
import { got, noted, resulted, said, USAGE, used } from "@/tests/helpers/story/rows.ts";

export const REPORT = `## What I found

The crash comes from \`parse_port\`: an **empty** value passes the check and is then read as a number.

1. \`config.ts\` accepts \`PORT=\` (line 41)
2. \`Number("")\` is \`0\`, so the server asks for *any* free port

| value | before | after |
|---|---|---|
| \`PORT=\` | port 0 | refused |
| \`PORT=8000\` | 8000 | 8000 |

\`\`\`ts
const port = z.coerce.number().int().min(1).max(65535);
\`\`\`

See the [documentation](https://example.com/docs) for the allowed range.`;

/** A run with everything in it: thinking, tools, a failed call, a sub-agent, the answer. */
export const RUN: OutputRow[] = [
  noted("Claude Code 2.1.332, claude-sonnet-4-5", { subtype: "init" }),
  said(
    "The user says that the server starts on a random port. I should look at how the port is read, and whether there is a test for it.",
    "msg_1",
    { kind: "thinking" },
  ),
  said("I'll look at how the port is read, then at the tests.", "msg_1"),
  used("toolu_1", "Grep", { pattern: "PORT", path: "server" }),
  used("toolu_2", "Read", { file_path: "server/config.ts" }),
  got(
    "toolu_1",
    "server/config.ts:41:  port: Number(env.PORT ?? 8000),\nserver/config.ts:58:  PORT\n",
  ),
  got(
    "toolu_2",
    Array.from({ length: 40 }, (_, i) => `${i + 21}→  const line_${i} = true;`).join("\n"),
  ),
  used("toolu_3", "Bash", {
    command: "deno test tests/server/config_test.ts",
    description: "Run the tests",
  }),
  got(
    "toolu_3",
    "\u001b[31merror\u001b[0m: Uncaught (in promise) AssertionError: 0 !== 8000\n    at tests/server/config_test.ts:12:3\n\nFAILED | 3 passed | 1 failed (41ms)",
    true,
  ),
  said("The test fails as reported. I'll ask for a second look at the other settings.", "msg_2"),
  used("toolu_4", "Agent", {
    description: "Check other numeric settings",
    subagent_type: "planning",
    prompt: "Find settings that read an empty text as a number.",
  }),
  used("toolu_5", "Grep", { pattern: "Number\\(env" }, { parent_tool_use_id: "toolu_4" }),
  got("toolu_5", "server/config.ts:41\nserver/config.ts:66", false, {
    parent_tool_use_id: "toolu_4",
  }),
  said("Two more settings have the same fault: `LIMIT` and `TIMEOUT`.", "msg_s", {
    parent_tool_use_id: "toolu_4",
  }),
  got("toolu_4", "Two more settings have the same fault: `LIMIT` and `TIMEOUT`."),
  used("toolu_6", "Edit", {
    file_path: "server/config.ts",
    old_string: "  port: Number(env.PORT ?? 8000),",
    new_string: "  port: PORT.parse(env.PORT ?? 8000),",
  }),
  got("toolu_6", "The file server/config.ts has been updated."),
  noted("Please leave LIMIT alone, that one is on purpose.", { subtype: "message" }),
  said(REPORT, "msg_3"),
  resulted({ total_cost_usd: USAGE.cost_usd }),
];

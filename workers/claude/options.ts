import { join } from "node:path";
import type { Agent } from "@/server/registry/assets.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import type { ClaudeSettings, ClaudeTask } from "@/workers/claude/run_types.ts";
import type { ResultSchema } from "@/workers/claude/structured.ts";
import { TOOL_RULES } from "@/workers/claude/tool_profiles.ts";

/** In the run's home: what is appended to the system prompt. */
export const APPENDED_FILE = ".appended-prompt";

const DEFAULT_MODEL = "sonnet";
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The kernel takes no longer argument (MAX_ARG_STRLEN). */
const LONGEST_ARGUMENT_BYTES = 128 * 1024 - 1;

/** `definition` stands for the agent's file where that is not enough. */
type AgentChoice = Pick<Agent, "name" | "model"> & { definition?: string | null };

/** The task's, else its agent's, else sonnet. */
export function chooseModel(task: Pick<ClaudeTask, "model">, agent: AgentChoice | null): string {
  const own = agent?.model === "inherit" ? null : agent?.model;
  return task.model || own || DEFAULT_MODEL;
}

/** The prompt is not among them: it goes in on stdin. */
export function cliArguments(
  task: ClaudeTask,
  agent: AgentChoice | null,
  inside: RunFolders,
): string[] {
  const { max_turns, max_usd } = task.limits;
  const profile = TOOL_RULES[task.tool_profile];
  return [
    "-p",
    "--input-format",
    "stream-json",
    "--output-format",
    "stream-json",
    "--verbose",
    "--include-partial-messages",
    "--replay-user-messages",
    ...(task.resume ? ["--resume", task.cli_session_id] : ["--session-id", task.cli_session_id]),
    "--model",
    chooseModel(task, agent),
    ...(agent ? ["--agent", agent.name] : []),
    ...(agent?.definition ? ["--agents", argument(agent.definition, "the agent's file")] : []),
    ...(task.result_schema ? ["--json-schema", schemaArgument(task.result_schema)] : []),
    "--append-system-prompt-file",
    join(inside.home, APPENDED_FILE),
    "--permission-mode",
    "dontAsk",
    "--tools",
    profile.tools.join(","),
    "--allowedTools",
    ...profile.allowed,
    // A checkout's own hooks, settings and MCP servers would run without a question in -p.
    "--setting-sources",
    "user",
    "--strict-mcp-config",
    ...(max_turns === null ? [] : ["--max-turns", String(max_turns)]),
    ...(max_usd === null ? [] : ["--max-budget-usd", String(max_usd)]),
  ];
}

/** 2.1.332 refuses what zod writes at its head: "no schema with key or ref …/2020-12/schema". */
function schemaArgument({ json }: ResultSchema): string {
  const { $schema: _, ...schema } = json as Record<string, unknown>;
  return argument(JSON.stringify(schema), "the schema of its result");
}

function argument(text: string, what: string): string {
  const { length } = new TextEncoder().encode(text);
  if (length <= LONGEST_ARGUMENT_BYTES) return text;
  throw new Error(
    `The CLI cannot be started: ${what} has ${length} bytes, more than fit in an ` +
      `argument (${LONGEST_ARGUMENT_BYTES}).`,
  );
}

/** In a file: others may read arguments. `--agent` drops the CLI's own note on where it works. */
export function appendedPrompt(task: ClaudeTask, inside: RunFolders): string {
  const where = `Working directory: ${inside.work}\nFile paths given to tools must be absolute.`;
  return task.append_system_prompt ? `${where}\n\n${task.append_system_prompt}` : where;
}

/** Nothing is inherited. The Bash tool sees all of it, the credentials included. */
export function cliEnvironment(
  task: Pick<ClaudeTask, "run_id">,
  inside: RunFolders,
  settings: Pick<ClaudeSettings, "credentials" | "agent_env">,
): Record<string, string> {
  return {
    PATH: DEFAULT_PATH,
    LANG: "C.UTF-8",
    ...settings.agent_env,
    ...settings.credentials,
    HOME: inside.home,
    TMPDIR: inside.tmp,
    CLAUDE_CONFIG_DIR: inside.config,
    AGENT_RUN_ID: task.run_id,
    // Without this, git refuses a checkout of "dubious ownership".
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    // Without it, "@/etc/passwd" in a prompt reads that file without a permission check.
    CLAUDE_CODE_DISABLE_ATTACHMENTS: "1",
    CLAUDE_CODE_MAX_RETRIES: "3",
    API_TIMEOUT_MS: "120000",
  };
}

/** Only a slash at the very start makes a slash command. */
export function plainText(text: string): string {
  return /^\s*\//.test(text) ? `The message:\n\n${text}` : text;
}

/** The CLI repeats `uuid` when it takes the message up. */
export function messageLine(text: string, uuid: string): string {
  return line({
    type: "user",
    message: { role: "user", content: plainText(text) },
    parent_tool_use_id: null,
    session_id: "",
    uuid,
  });
}

export function controlLine(subtype: "interrupt" | "get_session_cost", request_id: string): string {
  return line({ type: "control_request", request_id, request: { subtype } });
}

function line(value: unknown): string {
  return JSON.stringify(value) + "\n";
}

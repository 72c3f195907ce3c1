import { oneLine } from "@/views/plain.ts";

type Input = Record<string, unknown>;

const field = (name: string) => (input: Input) => input[name];
const inPlace = (input: Input) =>
  [input.pattern, input.path && `in ${input.path}`].filter(Boolean).join(" ");

const SUMMARIES: Record<string, (input: Input) => unknown> = {
  Bash: field("command"),
  Read: field("file_path"),
  Write: field("file_path"),
  Edit: field("file_path"),
  MultiEdit: field("file_path"),
  NotebookEdit: field("notebook_path"),
  Glob: inPlace,
  Grep: inPlace,
  WebFetch: field("url"),
  WebSearch: field("query"),
  Agent: agent,
  Task: agent,
  TodoWrite: (input) => Array.isArray(input.todos) ? `${input.todos.length} to-dos` : "",
};

function agent(input: Input): string {
  return [input.subagent_type, input.description].filter(Boolean).join(": ");
}

/** A tool call in one line: its command, path or description. */
export function toolSummary(name: string, input: Input): string {
  const summary = SUMMARIES[name]?.(input) ?? firstText(input);
  return oneLine(typeof summary === "string" ? summary : "", 200);
}

const firstText = (input: Input) => Object.values(input).find((value) => typeof value === "string");

/** `mcp__github__get_issue` as `github: get_issue`. */
export function toolName(name: string): string {
  const mcp = /^mcp__(.+?)__(.+)$/.exec(name);
  return oneLine(mcp ? `${mcp[1]}: ${mcp[2]}` : name, 60);
}

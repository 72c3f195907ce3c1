import { z } from "zod";

const text = z.string().catch("");

const input = z.object({
  file_path: text,
  notebook_path: text,
  pattern: text,
  command: text,
  url: text,
  query: text,
  description: text,
  subagent_type: text,
}).catch({
  file_path: "",
  notebook_path: "",
  pattern: "",
  command: "",
  url: "",
  query: "",
  description: "",
  subagent_type: "",
});
type Input = z.infer<typeof input>;

export type Kind = "read" | "write" | "search" | "command" | "web_page" | "web_search";

interface Known {
  kind: Kind | null;
  what: keyof Input;
}

const TOOLS: Record<string, Known> = {
  Read: { kind: "read", what: "file_path" },
  Write: { kind: "write", what: "file_path" },
  Edit: { kind: "write", what: "file_path" },
  MultiEdit: { kind: "write", what: "file_path" },
  NotebookEdit: { kind: "write", what: "notebook_path" },
  Grep: { kind: "search", what: "pattern" },
  Glob: { kind: "search", what: "pattern" },
  Bash: { kind: "command", what: "command" },
  PowerShell: { kind: "command", what: "command" },
  Monitor: { kind: "command", what: "command" },
  WebFetch: { kind: "web_page", what: "url" },
  WebSearch: { kind: "web_search", what: "query" },
  Agent: { kind: null, what: "subagent_type" },
};

export const kindOf = (tool: string): Kind | null =>
  Object.hasOwn(TOOLS, tool) ? TOOLS[tool].kind : null;

/** The file, command or address that a call is about; files within `cwd` by their place there. */
export function subjectOf(tool: string, given: unknown, cwd: string): string {
  const fields = input.parse(given);
  if (!Object.hasOwn(TOOLS, tool)) return firstOf(fields);
  const { what } = TOOLS[tool];
  return what.endsWith("_path") ? within(fields[what], cwd) : fields[what];
}

const firstOf = (fields: Input): string => Object.values(fields).find((one) => one !== "") ?? "";

function within(path: string, cwd: string): string {
  return cwd !== "" && path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
}

/** By which a later call counts as the same work: the file's name, the program, the whole else. */
export function sameWork(tool: string, subject: string): string {
  const kind = kindOf(tool);
  if (kind === "read" || kind === "write") return subject.replace(/^\.\//, "");
  return kind === "command" ? programOf(subject) : subject;
}

const BEFORE_PROGRAM = /^\s*(?:cd\s+[^\s;&|]+\s*(?:&&|;)|\w+=\S*\s)\s*/;

/** `npm test`: the first two words, without the folder and the variables before them. */
function programOf(command: string): string {
  let rest = command.slice(0, 1000);
  while (BEFORE_PROGRAM.test(rest)) rest = rest.replace(BEFORE_PROGRAM, "");
  return rest.trim().split(/\s+/).slice(0, 2).join(" ");
}

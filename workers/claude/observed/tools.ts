import { z } from "zod";

const fields = z.record(z.string(), z.unknown()).catch({});

/** The fields that say what a call is about, whatever the tool. */
const SUBJECTS = [
  "file_path",
  "notebook_path",
  "pattern",
  "command",
  "url",
  "query",
  "description",
  "subagent_type",
] as const;
type Subject = typeof SUBJECTS[number];

export type Kind = "read" | "write" | "search" | "command" | "web_page" | "web_search";

interface Known {
  kind: Kind | null;
  what: Subject;
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
  const input = fields.parse(given);
  const textIn = (name: Subject) => typeof input[name] === "string" ? input[name] : "";
  if (!Object.hasOwn(TOOLS, tool)) return SUBJECTS.map(textIn).find((text) => text !== "") ?? "";
  const { what } = TOOLS[tool];
  return what.endsWith("_path") ? within(textIn(what), cwd) : textIn(what);
}

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

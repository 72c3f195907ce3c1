/** What was typed into the form of a command → the input that the API takes too. Pure. */
import type { FieldError } from "@/server/errors.ts";
import { type Draft, type DraftField, fieldsOf, PRIORITY } from "@/views/pages/command/draft.ts";

export type CommandInput =
  | { ok: true; input: Record<string, unknown> }
  | { ok: false; problems: FieldError[] };

/**
 * Takes a draft; returns every field of a command, those that its action has no use for as they are
 * when nothing is said. What cannot be taken for JSON or a number is a problem of its field.
 */
export function commandInput(draft: Draft): CommandInput {
  const used = new Set<DraftField>(fieldsOf(draft.action));
  const value = (name: DraftField) => used.has(name) ? draft[name].trim() : "";
  const problems: FieldError[] = [];
  const input = {
    name: value("name"),
    aliases: pieces(value("aliases"), /[,\s]+/),
    description: value("description"),
    trigger: value("trigger") || null,
    conditions: json(value("conditions"), problems),
    expression: value("expression") || null,
    priority: number("priority", value("priority") || PRIORITY, problems),
    action: draft.action,
    // blanks at the ends may be meant
    template: value("template") && draft.template,
    reaction: value("reaction") || null,
    labels: pieces(value("labels"), /\n/),
    choices: pieces(value("choices"), /\n/),
    forward_url: value("forward_url") || null,
    target_agent: value("target_agent") || null,
    model: value("model") || null,
    tool_profile: value("tool_profile") || "read",
    requires_approval: value("requires_approval") !== "",
    requires_repository: value("requires_repository") !== "",
    run_for: value("run_for") || "trusted",
    max_per_hour: number("max_per_hour", value("max_per_hour"), problems),
    enabled: value("enabled") !== "",
  };
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, input: { ...input, template: input.template || null } };
}

const pieces = (text: string, separator: RegExp): string[] =>
  text.split(separator).map((piece) => piece.trim()).filter((piece) => piece !== "");

function json(text: string, problems: FieldError[]): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `is not JSON: ${error instanceof Error ? error.message : error}`;
    problems.push({ path: "conditions", message });
  }
}

function number(path: string, text: string, problems: FieldError[]): number | null {
  if (text === "") return null;
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  problems.push({ path, message: "must be a whole number" });
  return null;
}

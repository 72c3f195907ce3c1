import { COMMAND_FIELD_NAMES, fieldOf, type FieldProblem, isUsedBy } from "@/db/nouns/command.ts";
import type { Draft } from "@/views/pages/command/draft.ts";
import { TYPED } from "@/views/pages/command/typed.ts";

export type CommandInput =
  | { ok: true; input: Record<string, unknown> }
  | { ok: false; problems: FieldProblem[] };

/** The input that the API takes too; what the action has no use for has its default. */
export function commandInput(draft: Draft): CommandInput {
  const input: Record<string, unknown> = {};
  const problems: FieldProblem[] = [];
  for (const name of COMMAND_FIELD_NAMES) {
    const { typed, fallback } = fieldOf(name);
    const typed_in = isUsedBy(name, draft.action) ? draft[name] : "";
    try {
      input[name] = TYPED[typed].read(typed_in, fallback);
    } catch (error) {
      problems.push({ path: name, message: (error as Error).message });
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  // no default: a form that names no action is refused
  return { ok: true, input: { ...input, action: draft.action } };
}

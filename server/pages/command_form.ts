/** What was typed into the form of a command → the input that the API takes too. Pure. */
import { COMMAND_FIELD_NAMES, fieldOf, type FieldProblem, isUsedBy } from "@/db/nouns/command.ts";
import type { Draft } from "@/views/pages/command/draft.ts";
import { TYPED } from "@/views/pages/command/typed.ts";

export type CommandInput =
  | { ok: true; input: Record<string, unknown> }
  | { ok: false; problems: FieldProblem[] };

/**
 * Returns every field of a command, those that its action has no use for as they are when nothing
 * is said. What cannot be taken for JSON or a number is a problem of its field.
 */
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
  return problems.length > 0 ? { ok: false, problems } : { ok: true, input };
}

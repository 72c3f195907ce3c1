import type { ActionInput } from "./mod.ts";

/** The command's template, filled in, with remarks on paths that the payload does not have. */
export function rendered(
  { command, scope }: ActionInput,
  options?: { wrap?: (value: string) => string },
): { text: string; notes: string[] } {
  if (!command.compiled.render) return { text: "", notes: [] };
  const { text, unknown_paths } = command.compiled.render(scope, options);
  const notes = unknown_paths.map((path) => `${command.name}: the payload has no ${path}`);
  return { text, notes };
}

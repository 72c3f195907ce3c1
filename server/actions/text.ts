import { type Removed, visibleText } from "@/server/providers/hidden_text.ts";
import type { Hidden } from "./prompt.ts";
import type { RenderOptions } from "@/server/webhooks/templates/template.ts";
import type { ActionInput } from "./action.ts";

/** The notes name paths that the payload does not have. */
export function rendered(
  { command, scope }: ActionInput,
  options?: RenderOptions,
): { text: string; notes: string[] } {
  if (!command.compiled.render) return { text: "", notes: [] };
  const { text, unknown_paths } = command.compiled.render(scope, options);
  const notes = unknown_paths.map((path) => `${command.name}: the payload has no ${path}`);
  return { text, notes };
}

/** Without the hidden text of the payload: for what an agent reads. */
export function cleanlyRendered(
  input: ActionInput,
  wrap?: (value: string) => string,
): { text: string; notes: string[]; hidden: Hidden[] } {
  const removed: Removed[] = [];
  const clean = (value: string): string => {
    const visible = visibleText(value, input.webhook.provider.shows.text);
    removed.push(...visible.removed);
    return visible.text;
  };
  return { ...rendered(input, { wrap, clean }), hidden: [{ what: "template", removed }] };
}

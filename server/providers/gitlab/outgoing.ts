import { prepareMarkdown } from "@/server/providers/markdown_out.ts";
import type { Outgoing } from "@/server/providers/provider.ts";
import { stillQuickActions } from "./quick_actions.ts";

/** GitLab takes a million characters; nobody reads them. */
export const MAX_NOTE = 100_000;
const ROOM = 75_000;
/** GitLab's names may begin with what no word of others begins with. */
const ODD_NAMES = ["@_", "@."];

/** Text of ours as notes. Lines are looked at after the text was split, because a part begins
 * with a line, whatever stood there before. */
export function prepareNotes(text: string, options: Outgoing): string[] {
  const mentions = [...options.mentions, ...ODD_NAMES];
  return prepareMarkdown(text, { ...options, mentions }, { limit: ROOM }).map(stillQuickActions);
}

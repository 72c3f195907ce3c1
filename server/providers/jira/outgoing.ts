import { prepareMarkdown } from "@/server/providers/markdown_out.ts";
import type { Outgoing } from "@/server/providers/provider.ts";

/** Jira takes 32,767 characters; some are left for what conversion adds. */
export const MAX_TEXT = 30_000;

const MENTION = /\[~(?=[\w.:@-]{1,200}\])/g;

/** Text of ours as comments in Markdown; the sender turns each into what its Jira wants. */
export const prepareComment = (text: string, options: Outgoing): string[] =>
  prepareMarkdown(text.replace(MENTION, "[\u200b~"), options, { limit: MAX_TEXT });

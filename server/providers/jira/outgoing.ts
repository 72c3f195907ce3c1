import { prepareMarkdown } from "@/server/providers/markdown_out.ts";
import type { Outgoing } from "@/server/providers/provider.ts";

/** Jira takes 32,767 characters; some are left for what conversion adds. */
export const MAX_TEXT = 30_000;

const MENTION = /\[~(?=[\w.:@-]{1,200}\])/g;
const MARKED = /^<!-- agent:([\w.:-]{1,200}) -->\n/;

/** Text of ours as comments in Markdown; the sender turns each into what its Jira wants. */
export const prepareComment = (text: string, options: Outgoing): string[] =>
  prepareMarkdown(text.replace(MENTION, "[\u200b~"), options, { limit: MAX_TEXT });

/** A prepared part: its marker, which Jira keeps beside the comment, and its Markdown. */
export function openPart(body: string): { marker: string | null; markdown: string } {
  const found = MARKED.exec(body);
  return { marker: found?.[1] ?? null, markdown: body.slice(found?.[0].length ?? 0) };
}

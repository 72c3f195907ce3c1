import { createHash } from "node:crypto";
import { prepareMarkdown } from "@/server/providers/markdown_out.ts";
import type { Outgoing } from "@/server/providers/provider.ts";

/** Linear names no limit; longer comments are no use beside an issue. */
export const MAX_COMMENT = 20_000;

// Linear turns the address of somebody's profile into a mention
const PROFILE = /(\/\/linear\.app\/[\w-]+\/)(?=profiles\/)/gi;

/** Text of ours as comments, one after the other; the sender keeps the marker in the comment's id. */
export const prepareComment = (text: string, options: Outgoing): string[] =>
  prepareMarkdown(text.replace(PROFILE, "$1\u200b"), options, { limit: MAX_COMMENT });

/**
 * An id of our choice, which Linear takes for what is created: the same for the same name. So a
 * comment is found again without a marker in its text, where Linear would show it.
 */
export function idOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex").slice(0, 32);
  const variant = (parseInt(hex[16], 16) & 3 | 8).toString(16);
  const v4 = `${hex.slice(0, 12)}4${hex.slice(13, 16)}${variant}${hex.slice(17)}`;
  return v4.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Id of our reaction with this emoji to a comment or an issue. */
export const reactionId = (to: { issue_id: string; comment_id: string | null }, content: string) =>
  idOf(`reaction ${to.comment_id ?? to.issue_id} ${content}`);

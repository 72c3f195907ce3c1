import { prepareMarkdown } from "@/server/providers/markdown_out.ts";
import type { Outgoing } from "@/server/providers/provider.ts";

/** Sentry names no limit; longer comments are no use beside an issue. */
export const MAX_COMMENT = 15_000;

/** Text of ours as comments, one after the other; Sentry shows no HTML comment. */
export const prepareComment = (text: string, options: Outgoing): string[] =>
  prepareMarkdown(text, options, { limit: MAX_COMMENT });

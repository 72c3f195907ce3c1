import { prepareMarkdown } from "@/server/providers/markdown_out.ts";
import type { Outgoing } from "@/server/providers/provider.ts";

/** GitHub answers 422 "body is too long" above this. */
export const MAX_COMMENT = 65_536;

export const prepareComment = (text: string, options: Outgoing): string[] =>
  prepareMarkdown(text, options, { limit: MAX_COMMENT });

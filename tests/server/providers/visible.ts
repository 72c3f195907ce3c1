import { HIDDEN_TEXT_MARK, visibleText } from "@/server/providers/hidden_text.ts";

/** What is left of a Markdown text, with a mark where something was hidden. */
export const seen = (text: string) =>
  visibleText(text, "markdown").text.replaceAll(HIDDEN_TEXT_MARK, "[…]");

import { HIDDEN_TEXT_MARK, visibleText } from "@/server/providers/hidden_text.ts";

export const seen = (text: string) =>
  visibleText(text, "markdown").text.replaceAll(HIDDEN_TEXT_MARK, "[…]");

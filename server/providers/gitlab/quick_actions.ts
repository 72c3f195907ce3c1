/** GitLab carries out lines such as `/close` or `/merge` in what is posted. What the agent
 * writes is shaped by strangers, so no such line goes out alive. */
import { blockAt } from "@/server/providers/markdown.ts";

const ZERO_WIDTH_SPACE = "\u200b";
/** `/close`, and not `/etc/hosts` */
const ACTION = /^([ \t]*\/)(?=[a-z_]+(?![\w\/.]))/gim;
const ACTION_IN_CODE = /^(?=\/[a-z_]+(?![\w\/.]))/gim;

/** Breaks each line that GitLab might carry out. It finds code by rules of its own, so in what
 * we take for code such a line gets a space before it: that ends it, and copies well. */
export function stillQuickActions(text: string): string {
  const parts: string[] = [];
  let after_blank = false;
  for (let at = 0; at < text.length;) {
    const { kind, end } = blockAt(text, at, after_blank);
    const part = text.slice(at, end);
    const is_code = kind === "fenced" || kind === "indented";
    parts.push(
      is_code ? part.replace(ACTION_IN_CODE, " ") : part.replace(ACTION, `$1${ZERO_WIDTH_SPACE}`),
    );
    after_blank = kind === "blank";
    at = end;
  }
  return parts.join("");
}

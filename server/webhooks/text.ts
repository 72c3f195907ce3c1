/** Text as people write it, made plain for matching, and what of it they say themselves. */
import { blockAt, inlineSpans } from "@/server/providers/markdown.ts";

const UNIFORM =
  // deno-lint-ignore no-control-regex
  /\r\n?|[\u2028\u2029]|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]|[\u0000\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+/g;

/**
 * One kind of line end and of space, and no characters that nobody sees.
 * Only behind the first character of a mention they stay: that is how we (and others) break
 * a mention on purpose, so `@` + zero width + `agent` is not `@agent`.
 */
export function normalise(text: string, mentions: string[]): string {
  const firsts = new Set(mentions.map((mention) => mention[0]));
  return text.replace(UNIFORM, (found, offset: number) => {
    if (found[0] === "\r" || found === "\u2028" || found === "\u2029") return "\n";
    if (/\s/.test(found) && found !== "\ufeff") return " ";
    return firsts.has(text[offset - 1]) ? found : "";
  });
}

/** Stands for code that was hidden: no space, no letter. */
const CODE = "\ufffc";

/**
 * Hides code, quotes, HTML comments and the signature of Markdown, character for character,
 * so that places in the result are places in the text. Needs a normalised text.
 */
export function hideMarkdown(text: string): string {
  const parts: string[] = [];
  let after_blank = true;
  for (let at = 0; at < text.length;) {
    const block = blockAt(text, at, after_blank);
    after_blank = block.kind === "blank";
    if (block.kind === "text") {
      at = hideInline(text, block.start, block.end, parts);
    } else {
      parts.push(blank(text, block.start, block.end, isCode(block.kind) ? CODE : " "));
      at = block.end;
    }
  }
  return parts.join("");
}

const isCode = (kind: string): boolean => kind === "fenced" || kind === "indented";

function hideInline(text: string, start: number, end: number, parts: string[]): number {
  let at = start;
  for (const span of inlineSpans(text, start, end)) {
    parts.push(text.slice(at, span.start));
    parts.push(blank(text, span.start, span.end, span.kind === "code" ? CODE : " "));
    at = span.end;
  }
  parts.push(text.slice(at, Math.max(at, end)));
  return Math.max(at, end);
}

/** Keeps the line ends, so that what follows is still at the start of its line. */
function blank(text: string, start: number, end: number, filler: string): string {
  return text.slice(start, end).replace(/[^\n]+/g, (line) => filler.repeat(line.length));
}

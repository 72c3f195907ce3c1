import { LABEL } from "./labels.ts";

/** What may stand before a block: indentation, quotes, list markers, the name of a footnote. */
const BEFORE =
  "(?:[ \\t>]|[*+-][ \\t]|\\d{1,9}[.)][ \\t]|\\[\\^[^\\]\\s]{1,999}\\]:(?=[ \\t]*\\[))*";
const BLANKS = "[ \\t\\v\\f]";
const GAP = `${BLANKS}*(?:\\n[ \\t\\v\\f>]*)?`;
const HEAD = new RegExp(
  `(${BEFORE})${LABEL}:${GAP}(?:<(?:[^<>\\n\\\\]|\\\\.)*>|[^\\0-\\x20\\x7f<][^\\0-\\x20\\x7f]*)`,
  "y",
);
const GAP_BEFORE_TITLE = new RegExp(`(?:${BLANKS}+(?:\\n[ \\t\\v\\f>]*)?|\\n[ \\t\\v\\f>]*)`, "y");
const TITLE = new RegExp(
  ['"[^"\\\\]*(?:\\\\[^][^"\\\\]*)*"', "'[^'\\\\]*(?:\\\\[^][^'\\\\]*)*'"].join("|") +
    "|\\([^()\\\\]*(?:\\\\[^][^()\\\\]*)*\\)",
  "y",
);
const REST_OF_LINE = /[ \t\v\f]*(?=\n|$)/y;
const BLANK_LINE = /\n[ \t\v\f>]*\n/;
const PARAGRAPH = /^((?:(?: {0,3}>)+ ?)?) {0,3}(?!\d{1,9}[.)](?:\s|$))[\p{L}\p{N}]/u;
const MAY_END_HTML = /<|^[\s>]*[^\s>].*>/;
const QUOTES = /^[ >]*$/;

export interface Definition {
  start: number;
  end: number;
  label: string;
}

/** The definitions of links. One cannot interrupt a paragraph: what only looks like one there is
 * text. Lines end with `\n`. `mark` stands where a block may have been taken out. Linear. */
export function definitionsOf(text: string, mark: string): Definition[] {
  const found: Definition[] = [];
  /** How deep in quotes the paragraph is that the line before belongs to, or null. */
  let paragraph: number | null = null;
  for (let at = 0; at < text.length;) {
    const line_end = lineEnd(text, at);
    const definition = definitionAt(text, at);
    const line = text.slice(at, line_end);
    // either may be the end of a block that a definition can follow
    const may_end_block = MAY_END_HTML.test(line) || line.includes(mark);
    if (definition && (paragraph === null || depthOf(definition.before) !== paragraph)) {
      found.push({ start: at, end: definition.end, label: definition.label });
      paragraph = null;
      at = definition.end + 1;
    } else {
      if (may_end_block) paragraph = null;
      else if (!definition) paragraph = depthOf(PARAGRAPH.exec(line)?.[1] ?? null);
      at = line_end + 1;
    }
  }
  return found;
}

/** How many quotes these marks open; null when there are others among them. */
const depthOf = (before: string | null): number | null =>
  before !== null && QUOTES.test(before) ? before.split(">").length - 1 : null;

function lineEnd(text: string, at: number): number {
  const found = text.indexOf("\n", at);
  return found === -1 ? text.length : found;
}

function definitionAt(text: string, at: number) {
  const [head, before, label] = match(HEAD, text, at) ?? [];
  if (head === undefined || BLANK_LINE.test(label)) return null;
  const end = endOf(text, at + head.length);
  return end === null ? null : { before, label, end };
}

function endOf(text: string, at: number): number | null {
  const bare = match(REST_OF_LINE, text, at);
  const without_title = bare ? at + bare[0].length : null;
  const gap = match(GAP_BEFORE_TITLE, text, at);
  if (!gap) return without_title;
  const title = match(TITLE, text, at + gap[0].length);
  if (!title || BLANK_LINE.test(title[0])) return without_title;
  const title_end = at + gap[0].length + title[0].length;
  const rest = match(REST_OF_LINE, text, title_end);
  return rest ? title_end + rest[0].length : without_title;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

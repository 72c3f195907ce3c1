/** What Markdown keeps from its reader: comments and their like, and definitions nothing refers to. */
import { type Range, surelyCode } from "./code.ts";

/** What stands where something was taken out. */
export const MARK = "[hidden text was removed here]";

export interface TakenMarkup {
  kind: "comment" | "definition";
  text: string;
}

// what each of these begins, no page shows
const OPENER = /<!--|<\?|<!\[CDATA\[|<![a-zA-Z]/g;
const CLOSERS: Record<string, string> = { "<!--": "-->", "<?": "?>", "<![CDATA[": "]]>" };
const USED = /\[([^\[\]\n]{1,999})\](?!:)/g;
/** What may stand before a block: indentation, quotes, list markers. */
const BEFORE = "(?:[ \\t>]|[*+-][ \\t]|\\d{1,9}[.)][ \\t])*";
const TITLE = `(?:"[^"]*"|'[^']*'|\\([^()]*\\))`;
const SPACE = "[ \\t]*\\n?[ \\t]*";
const DEFINITION = new RegExp(
  `^${BEFORE}\\[([^\\[\\]\\n]{1,999})\\]:${SPACE}(?:<[^<>\\n]*>|[^\\s<]\\S*)` +
    `(?:[ \\t]*\\n?[ \\t]+${TITLE})?[ \\t]*$`,
  "gm",
);
/** With the lines that go on with it, up to a blank one or the next definition. */
const FOOTNOTE = new RegExp(
  `^${BEFORE}\\[\\^([^\\[\\]\\s]{1,999})\\]:[^\\n]*(?:\\n(?![ \\t]*(?:\\n|$|\\[))[^\\n]+)*`,
  "gm",
);
const TAG_LINE = /^ {0,3}<[a-zA-Z/!?]/m;

/**
 * A Markdown text with marks for what no reader sees of it. Lines end with `\n`. Of a text that is
 * cut, nobody knows whether what is open at its end is closed later: it is taken out. Linear.
 */
export function takeMarkup(text: string, is_cut: boolean): { text: string; taken: TakenMarkup[] } {
  if (!/<[!?]|\]:/.test(text)) return { text, taken: [] };
  const taken: TakenMarkup[] = [];
  const code = surelyCode(text);
  const bare = betweenCode(text, code, (part) => takeComments(part, is_cut, taken));
  if (!bare.includes("]:")) return { text: bare, taken };
  const code_left = surelyCode(bare);
  const used = new Set<string>();
  betweenCode(bare, code_left, (part) => noteLabels(part, used));
  const left = betweenCode(bare, code_left, (part) => takeDefinitions(part, used, taken));
  return { text: left, taken };
}

/** Changes what is not code, piece by piece. */
function betweenCode(text: string, code: Range[], change: (part: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of code) {
    parts.push(change(text.slice(at, start)), text.slice(start, end));
    at = end;
  }
  parts.push(change(text.slice(at)));
  return parts.join("");
}

/**
 * Comments, declarations, instructions and CDATA: nothing of them reaches a page. An open comment
 * hides all that follows where it begins a block or stands in one of HTML; elsewhere it is text.
 */
function takeComments(part: string, is_cut: boolean, taken: TakenMarkup[]): string {
  const parts: string[] = [];
  const next = nextPlaces(part);
  let at = 0;
  OPENER.lastIndex = 0;
  for (let hit = OPENER.exec(part); hit; hit = OPENER.exec(part)) {
    const end = endOf(part, hit[0], hit.index, is_cut, next);
    if (end === null) continue;
    taken.push({ kind: "comment", text: part.slice(hit.index, end) });
    parts.push(part.slice(at, hit.index), MARK);
    OPENER.lastIndex = at = end;
  }
  parts.push(part.slice(at));
  return parts.join("");
}

/** Where what opens at `index` ends, or null when it is text that everybody sees. */
function endOf(
  part: string,
  opener: string,
  index: number,
  is_cut: boolean,
  next: NextPlace,
): number | null {
  const close = CLOSERS[opener] ?? ">";
  const begins_block = BLOCK_START.test(part.slice(Math.max(0, index - 20), index));
  // `<!-->` is a whole comment
  const found = next(close, index + 2);
  if (found === -1) {
    const runs_on = is_cut || begins_block || (opener === "<!--" && next(TAG_LINE, 0) !== -1);
    return runs_on ? part.length : null;
  }
  const is_open = begins_block || opener === "<!--";
  const blank = is_open ? -1 : next(BLANK_LINE, index);
  return blank === -1 || blank > found ? found + close.length : null;
}

const BLOCK_START = /(?:^|\n)[ \t>*+\d.)-]*$/;
const BLANK_LINE = /\n[ \t]*\n/g;

type NextPlace = (what: string | RegExp, from: number) => number;

/** Where something comes next, remembered: looked for from every opener it would be quadratic. */
function nextPlaces(part: string): NextPlace {
  const known = new Map<string | RegExp, number>();
  return (what, from) => {
    const before = known.get(what);
    if (before !== undefined && (before === -1 || before >= from)) return before;
    const found = indexOf(part, what, from);
    known.set(what, found);
    return found;
  };
}

function indexOf(part: string, what: string | RegExp, from: number): number {
  if (typeof what === "string") return part.indexOf(what, from);
  const found = new RegExp(what.source, "gm");
  found.lastIndex = from;
  return found.exec(part)?.index ?? -1;
}

const labelOf = (text: string): string => text.trim().replace(/\s+/g, " ").toLowerCase();

/** Labels that the text refers to; a definition does not refer to itself. */
function noteLabels(part: string, used: Set<string>): string {
  const said = part.replace(FOOTNOTE, "").replace(DEFINITION, "");
  for (const [, label] of said.matchAll(USED)) used.add(labelOf(label));
  return part;
}

/** Definitions of links and footnotes that the text never uses: `[//]: # (not shown)`. */
function takeDefinitions(part: string, used: Set<string>, taken: TakenMarkup[]): string {
  const take = (prefix: string) => (whole: string, label: string) => {
    if (used.has(labelOf(prefix + label))) return whole;
    taken.push({ kind: "definition", text: whole });
    return MARK;
  };
  return part.replace(FOOTNOTE, take("^")).replace(DEFINITION, take(""));
}

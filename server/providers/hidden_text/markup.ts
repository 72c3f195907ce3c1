import { surelyCode } from "./code.ts";
import { betweenCode } from "./between_code.ts";
import { takeInfoStrings } from "./info_strings.ts";
import { MARK, type TakenMarkup } from "./mark.ts";
import { takeDefinitions } from "./unused.ts";

export { MARK, type TakenMarkup };

// what each of these begins, no page shows; the last two only in a block of HTML
const OPENER = /<!--|<\?|<!\[CDATA\[|<![a-zA-Z]|<!(?!>)|<\/(?![a-zA-Z>])/g;
const BOGUS = /^<[!/]$/;
const CLOSERS: Record<string, string> = { "<!--": "-->", "<?": "?>", "<![CDATA[": "]]>" };
const TAG_LINE = /^(?:[ \t>]|[*+-][ \t]|\d{1,9}[.)][ \t])*<[a-zA-Z/!?]/m;

/** A Markdown text with marks for what no reader sees of it. Lines end with `\n`. Of a text that
 * is cut, nobody knows whether what is open at its end is closed later: it is taken out. */
export function takeMarkup(text: string, is_cut: boolean): { text: string; taken: TakenMarkup[] } {
  const taken: TakenMarkup[] = [];
  const shown = takeInfoStrings(text, taken);
  if (!/<[!?/]|\]:/.test(shown)) return { text: shown, taken };
  // definitions first: they may begin or end what looks like a comment, and no comment does theirs
  const without = (text: string, into: TakenMarkup[]) =>
    betweenCode(text, surelyCode(text), (part) => takeComments(part, is_cut, into));
  const left = shown.includes("]:")
    ? takeDefinitions(shown, (said) => without(said, []), taken)
    : shown;
  return { text: without(left, taken), taken };
}

/** Comments, declarations, instructions and CDATA: nothing of them reaches a page. */
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

function endOf(
  part: string,
  opener: string,
  index: number,
  is_cut: boolean,
  next: NextPlace,
): number | null {
  if (BOGUS.test(opener) && next(TAG_LINE, 0) === -1) return null;
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

/** What is code beyond doubt, so that `<!-- -->` is seen there. `markdown.ts` errs towards code; here
 * that would let a comment through, so what renderers read in two ways is no code. */

export interface Range {
  start: number;
  end: number;
}

export interface CodeRange extends Range {
  /** Whole lines between fences, not a span within one. */
  is_block: boolean;
}

const FENCE = /^(?:(`{3,})[^`]*|(~{3,}).*)$/;
/** A fence behind indentation, quotes or list markers: what it encloses depends on them. */
const DOUBTFUL_FENCE = /^(?:[ \t>]|[*+-][ \t]|\d{1,9}[.)][ \t]|\[\^[^\]]*\]:)*(?:`{3,}|~{3,})/;
// quotes of several lines, formulas and boxes, which some services end in the middle of a fence
const DOUBTFUL_BLOCK = /^ {0,3}(?:>{3,}|\${2,}|:{3,}.*)[ \t]*$/m;
const BLANK = /^[ \t]*$/;
const TAG_LINE = /^ {0,3}<[a-zA-Z/]/;
const RAW: [start: RegExp, end: RegExp][] = [
  [/^ {0,3}<!--/, /-->/],
  [/^ {0,3}<\?/, /\?>/],
  [/^ {0,3}<!\[CDATA\[/, /\]\]>/],
  [/^ {0,3}<![a-zA-Z]/, />/],
  [/^ {0,3}<(?:script|pre|style|textarea)(?:[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
];

/** Fenced blocks and spans of code that every reader sees as code. Lines end with `\n`. Linear. */
export function surelyCode(text: string): CodeRange[] {
  if (!/[`~]/.test(text) || DOUBTFUL_BLOCK.test(text)) return [];
  const reader = new Reader(text);
  for (const line of linesOf(text)) if (!reader.take(line)) return [];
  return reader.end();
}

class Reader {
  readonly #text: string;
  readonly #found: CodeRange[] = [];
  #fence: { close: RegExp; start: number } | null = null;
  /** Ends the raw HTML that runs on over blank lines. */
  #raw_until: RegExp | null = null;
  /** Behind a line that begins with a tag, up to a blank one. */
  #in_tags = false;
  /** Lines without a blank one between. */
  #chunk: Range | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** False when the line could be read in two ways. */
  take({ start, end }: Range): boolean {
    const line = this.#text.slice(start, end);
    if (this.#fence) this.#maybeClose(line, end);
    else {
      const opens = FENCE.exec(line);
      const is_raw = this.#raw_until !== null || this.#in_tags;
      if (opens ? is_raw : DOUBTFUL_FENCE.test(line)) return false;
      if (opens) this.#open(opens[1] ?? opens[2], start);
      else this.#takeText(line, { start, end });
    }
    return true;
  }

  end(): CodeRange[] {
    this.#endChunk();
    const end = this.#text.length;
    if (this.#fence) this.#found.push({ start: this.#fence.start, end, is_block: true });
    return this.#found;
  }

  #open(marks: string, start: number): void {
    this.#endChunk();
    const close = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`);
    this.#fence = { start, close };
  }

  #maybeClose(line: string, end: number): void {
    if (!this.#fence!.close.test(line)) return;
    this.#found.push({ start: this.#fence!.start, end, is_block: true });
    this.#fence = null;
  }

  #takeText(line: string, { start, end }: Range): void {
    const was_raw = this.#raw_until !== null;
    this.#raw_until = rawAfter(line, this.#raw_until);
    this.#in_tags = !BLANK.test(line) && (this.#in_tags || TAG_LINE.test(line));
    if (BLANK.test(line) || was_raw || this.#raw_until || this.#in_tags) this.#endChunk();
    else this.#chunk = { start: this.#chunk?.start ?? start, end };
  }

  #endChunk(): void {
    if (this.#chunk) this.#found.push(...spansOf(this.#text, this.#chunk));
    this.#chunk = null;
  }
}

function rawAfter(line: string, raw_until: RegExp | null): RegExp | null {
  const until = raw_until ?? RAW.find(([start]) => start.test(line))?.[1] ?? null;
  return until?.test(line) ? null : until;
}

function spansOf(text: string, { start, end }: Range): CodeRange[] {
  const part = text.slice(start, end);
  if (!part.includes("`") || /[\\|]/.test(part)) return [];
  const spans: CodeRange[] = [];
  let at = start;
  for (const line of part.split("\n")) {
    const own = spansOfLine(line);
    if (!own) return [];
    for (const span of own) {
      spans.push({ start: at + span.start, end: at + span.end, is_block: false });
    }
    at += line.length + 1;
  }
  return spans;
}

function spansOfLine(line: string): Range[] | null {
  const spans: Range[] = [];
  const runs = [...line.matchAll(/`+/g)];
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    const [marks] = runs[i];
    const pair = nextOf(runs, i, marks.length);
    if (pair === -1 || line.slice(at, runs[i].index).includes("<")) return null;
    spans.push({ start: runs[i].index, end: at = runs[pair].index + marks.length });
    i = pair;
  }
  return line.includes("<", at) ? null : spans;
}

/** The next run of so many backticks behind `from`. Ends the line's reading when there is none. */
function nextOf(runs: RegExpExecArray[], from: number, length: number): number {
  for (let at = from + 1; at < runs.length; at++) if (runs[at][0].length === length) return at;
  return -1;
}

function* linesOf(text: string): Generator<Range> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf("\n", start);
    const end = found === -1 ? text.length : found;
    yield { start, end };
    start = end + 1;
  }
}

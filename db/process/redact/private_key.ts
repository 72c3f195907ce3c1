import { charactersOf, runEnd } from "@/db/process/redact/characters.ts";

export interface InKey {
  has_lines: boolean;
}

const BASE64 = charactersOf(/[A-Za-z0-9+/=]/);
const HEAD = /^[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?:-----| ----)/;
const PART_OF_HEAD = /^[A-Z0-9 ]{0,60}[ -]{0,5}$/;
const LONGEST_HEAD = 80;
const LINE = /[A-Za-z0-9+/=]{16}/;
const END = /-----END [A-Z0-9 ]{0,60}-----|---- END [A-Z0-9 ]{0,60} ----/;
const SHORT_LINE = /^[^A-Za-z0-9+/=]{0,16}[A-Za-z0-9+/=]{1,15}(?=$|[\r\n"'`\\<])/;
/** The end of the string that the key stands in, and the name of what comes next. */
const OTHER_FIELD = /(?<!\\)"[\s,{}[\]]*"(?:[^"\\]|\\.){0,100}"\s*:/;
/** With more than this without a line of a body the key is over: people also write about keys. */
const LONGEST_GAP = 240;

export function keyHeadAt(
  text: string,
  from: number,
): { verdict: "yes" | "no" | "wait"; end: number } {
  const window = text.slice(from, from + LONGEST_HEAD);
  const head = HEAD.exec(window);
  if (head) return { verdict: "yes", end: from + head[0].length };
  const may_go_on = window.length < LONGEST_HEAD && PART_OF_HEAD.test(window);
  return { verdict: may_go_on ? "wait" : "no", end: from };
}

/** A body may be numbered, quoted or escaped: it goes on as long as long runs of Base64 do. */
export function readKey(text: string, from: number, key: InKey, last: boolean) {
  const gap = text.slice(from, from + LONGEST_GAP);
  const other = OTHER_FIELD.exec(gap);
  const window = other ? gap.slice(0, other.index) : gap;
  const line = LINE.exec(window);
  const end = END.exec(line ? window.slice(0, line.index) : window);
  if (end) return over(from + end.index + end[0].length);
  if (line) {
    key.has_lines = true;
    return { hidden_to: runEnd(text, from + line.index, BASE64), is_over: false, waits: false };
  }
  if (gap.length < LONGEST_GAP && !other && !last) {
    return { hidden_to: from, is_over: false, waits: true };
  }
  const short = key.has_lines ? SHORT_LINE.exec(window) : null;
  return over(from + (short?.[0].length ?? 0));
}

const over = (hidden_to: number) => ({ hidden_to, is_over: true, waits: false });

import { findAskable, type Vocabulary } from "@/server/webhooks/matching/vocabulary.ts";

const LETTER = /[\p{L}\p{N}]/u;
/** Scripts that put no blanks between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const AFTER_MENTION = /[,:]?[ \t]+/y;
const WORD = /[\p{L}\p{N}\p{M}_]{1,64}/uy;
const HYPHENED = /[\p{L}\p{N}\p{M}_]{1,64}(?:-[\p{L}\p{N}\p{M}_]{1,64}){1,8}/uy;
const GLUED = /[-/.'’@]*[\p{L}\p{N}_]/uy;

export function mentionPattern(mentions: string[]): RegExp {
  const literals = mentions.map((m) => m.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(literals.sort((a, b) => b.length - a.length).join("|"), "gi");
}

/** False for the mentions in `me@agent.com`, `@agents` and `/@agent`. */
export function standsAlone(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? " ";
  if (/[\w./@=&#%+\\-]/.test(before)) return false;
  if (LETTER.test(before) && !UNSPACED.test(before)) return false;
  if (!/[\w-]/.test(text[end - 1])) return true;
  const after = text.slice(end, end + 2);
  return !/^[\p{L}\p{N}\p{M}_@\\-]/u.test(after) && !/^[-/.'’][\p{L}\p{N}_]|^\//u.test(after);
}

export interface Word {
  text: string;
  end: number;
  /** part of something longer: `fix-all`, `plan.md` */
  glued: boolean;
}

export function wordAfter(text: string, mention_end: number, vocabulary: Vocabulary): Word | null {
  const from = mention_end + matchLength(AFTER_MENTION, text, mention_end);
  return from === mention_end ? null : wordAt(text, from, vocabulary);
}

/** `fix-all` is one word only where a command has that name. */
export function wordAt(text: string, from: number, vocabulary: Vocabulary): Word | null {
  const hyphened = text.slice(from, from + matchLength(HYPHENED, text, from));
  const known = hyphened !== "" && findAskable(vocabulary, hyphened);
  const length = known ? hyphened.length : matchLength(WORD, text, from);
  if (length === 0) return null;
  const end = from + length;
  return { text: text.slice(from, end), end, glued: matchLength(GLUED, text, end) > 0 };
}

function matchLength(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** Latin letters mixed with look-alikes of another script: nobody types that by mistake. */
export const isDisguised = (word: string): boolean =>
  /[a-z]/i.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u.test(word);

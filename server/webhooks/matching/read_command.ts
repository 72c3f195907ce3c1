/** Text → the command it asks for. Pure, and linear in the length of the text. */
import { normalise } from "@/server/webhooks/matching/normalise.ts";

/** What a word may ask for. */
export interface Askable {
  name: string;
  aliases: string[];
  /** only with the mention at the start of a line: decisions are not made in passing */
  line_start_only: boolean;
  /** texts that ask for it without a mention, when they are the whole text */
  whole_texts: string[];
}

/** The words of a webhook, folded for look-up: a webhook may have hundreds of commands. */
export interface Vocabulary {
  words: ReadonlyMap<string, Askable>;
  whole_texts: readonly { text: string; askable: Askable }[];
}

/** Builds a vocabulary; of two that claim one word, the first has it. */
export function createVocabulary(askables: Askable[]): Vocabulary {
  const words = new Map<string, Askable>();
  for (const askable of askables) {
    for (const word of [askable.name, ...askable.aliases]) {
      if (!words.has(fold(word))) words.set(fold(word), askable);
    }
  }
  const whole_texts = askables.flatMap((askable) =>
    askable.whole_texts.map((text) => ({ text: fold(text), askable }))
  );
  return { words, whole_texts };
}

export interface Grammar {
  /** ways to address us: the prefix, `@login`, `<@U123>` */
  mentions: string[];
  vocabulary: Vocabulary;
  /** the text is for us as a whole: its first word asks, without a mention */
  addressed: boolean;
  /** asked for by a mention and nothing else; null: nothing */
  default_command: string | null;
  /** asked for by a mention with a word that is no command; null: nothing */
  unknown_command: string | null;
  /** hides what is quoted or shown, character for character */
  hide: (text: string) => string;
}

export interface Asked {
  name: string;
  via: "mention" | "whole_text" | "default" | "unknown_word";
  /** the rest of the text behind the command, as it was written */
  args: string;
}

/** More than people can write at any provider; hiding code in 25 MB took seconds. */
const MAX_READ = 200_000;
const MAX_ARGS = 10_000;
const MAX_WHOLE_TEXT = 200;
const LETTER = /[\p{L}\p{N}]/u;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const AFTER_MENTION = /[,:]?[ \t]+/y;
const WORD = /[\p{L}\p{N}\p{M}_]{1,64}/uy;
const HYPHENED = /[\p{L}\p{N}\p{M}_]{1,64}(?:-[\p{L}\p{N}\p{M}_]{1,64}){1,8}/uy;
const GLUED = /[-/.'’@]*[\p{L}\p{N}_]/uy;

/** The one command that a text asks for: the first mention with a known word. */
export function readCommand(text: string | null, grammar: Grammar): Asked | null {
  if (text === null || (text === "" && !grammar.addressed)) return null;
  const plain = normalise(text.slice(0, MAX_READ), grammar.mentions);
  const whole = wholeText(plain, grammar.vocabulary);
  if (whole) return whole;
  const mention = mentionPattern(grammar.mentions);
  if (!mention.test(plain)) return grammar.addressed ? firstWord(plain, grammar) : null;
  return firstAsked(plain, grammar.hide(plain), mention, grammar);
}

/** What is said to us alone needs no mention: `/agent plan it`, a button, a direct message. */
function firstWord(plain: string, grammar: Grammar): Asked | null {
  const start = plain.length - plain.trimStart().length;
  if (plain.trim() === "") {
    const name = grammar.default_command;
    return name ? { name, via: "default", args: "" } : null;
  }
  const word = wordAt(plain, start, grammar.vocabulary) ?? { text: "", end: start, glued: false };
  const askable = findAskable(grammar.vocabulary, word.text);
  if (!askable || word.glued) return unknownWord(plain, word, grammar);
  return { name: askable.name, via: "mention", args: argsFrom(plain, word.end) };
}

function firstAsked(plain: string, shown: string, mention: RegExp, grammar: Grammar): Asked | null {
  mention.lastIndex = 0;
  const first = mention.exec(shown);
  let fallback = first && bareMention(shown, first[0], grammar);
  for (let hit = first; hit; hit = mention.exec(shown)) {
    const end = hit.index + hit[0].length;
    const word = standsAlone(shown, hit.index, end) ? wordAfter(shown, end, grammar) : null;
    if (!word) continue;
    const askable = findAskable(grammar.vocabulary, word.text);
    if (!askable) fallback ??= unknownWord(plain, word, grammar);
    else if (!word.glued && mayStandHere(askable, shown, hit.index)) {
      return { name: askable.name, via: "mention", args: argsFrom(plain, word.end) };
    }
  }
  return fallback;
}

/** `LGTM` is a decision, so nothing may stand beside it, not even a quote. */
function wholeText(plain: string, { whole_texts }: Vocabulary): Asked | null {
  if (plain.length > MAX_WHOLE_TEXT) return null;
  const trimmed = fold(plain.trim());
  const found = whole_texts.find(({ text }) =>
    trimmed.startsWith(text) && /^[.!]*$/.test(trimmed.slice(text.length))
  );
  return found ? { name: found.askable.name, via: "whole_text", args: "" } : null;
}

/** Left and right boundary of a mention: `me@agent.com`, `@agents` and `/@agent` are none. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? " ";
  if (/[\w./@=&#%+\\-]/.test(before)) return false;
  if (LETTER.test(before) && !UNSPACED.test(before)) return false;
  if (!/[\w-]/.test(text[end - 1])) return true;
  const after = text.slice(end, end + 2);
  return !/^[\p{L}\p{N}\p{M}_@\\-]/u.test(after) && !/^[-/.'’][\p{L}\p{N}_]|^\//u.test(after);
}

interface Word {
  text: string;
  end: number;
  /** part of something longer: `fix-all`, `plan.md` */
  glued: boolean;
}

function wordAfter(text: string, mention_end: number, { vocabulary }: Grammar): Word | null {
  const from = mention_end + matchLength(AFTER_MENTION, text, mention_end);
  return from === mention_end ? null : wordAt(text, from, vocabulary);
}

/** `fix-all` is one word only where a command has that name. */
function wordAt(text: string, from: number, vocabulary: Vocabulary): Word | null {
  const hyphened = text.slice(from, from + matchLength(HYPHENED, text, from));
  const known = hyphened !== "" && findAskable(vocabulary, hyphened);
  const length = known ? hyphened.length : matchLength(WORD, text, from);
  if (length === 0) return null;
  const end = from + length;
  return { text: text.slice(from, end), end, glued: matchLength(GLUED, text, end) > 0 };
}

const findAskable = ({ words }: Vocabulary, word: string): Askable | undefined =>
  words.get(fold(word));

const mayStandHere = ({ line_start_only }: Askable, text: string, index: number): boolean =>
  !line_start_only || /(?:^|\n) {0,3}$/.test(text.slice(Math.max(0, index - 4), index));

/** A mention alone asks for the default; one in passing, or above other lines, for nothing. */
function bareMention(shown: string, mention: string, grammar: Grammar): Asked | null {
  const rest = shown.trim();
  const alone = rest.length < mention.length + 10 && /^[ ,:.!?]*$/.test(rest.slice(mention.length));
  const name = grammar.default_command;
  return alone && rest.startsWith(mention) && name ? { name, via: "default", args: "" } : null;
}

function unknownWord(plain: string, word: Word, grammar: Grammar): Asked | null {
  const name = grammar.unknown_command;
  if (!name || isDisguised(word.text)) return null;
  return { name, via: "unknown_word", args: argsFrom(plain, word.end - word.text.length) };
}

/** Latin letters mixed with look-alikes of another script: nobody types that by mistake. */
const isDisguised = (word: string): boolean =>
  /[a-z]/i.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u.test(word);

function argsFrom(plain: string, from: number): string {
  return plain.slice(from, from + MAX_ARGS).toWellFormed().replace(/^[ \t,:.!?-]+/, "").trim();
}

function mentionPattern(mentions: string[]): RegExp {
  const literals = mentions.map((m) => m.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(literals.sort((a, b) => b.length - a.length).join("|"), "gi");
}

// only A to Z: the Kelvin sign is no k
const fold = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const matchLength = (pattern: RegExp, text: string, index: number): number => {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0].length ?? 0;
};

/** Text → the command it asks for, in time linear in the text. */
import { normalise } from "@/server/webhooks/matching/normalise.ts";
import {
  type Askable,
  findAskable,
  findWholeText,
  type Vocabulary,
} from "@/server/webhooks/matching/vocabulary.ts";
import {
  isDisguised,
  mentionPattern,
  standsAlone,
  type Word,
  wordAfter,
  wordAt,
} from "@/server/webhooks/matching/words.ts";

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
  args: string;
}

/** More than people can write at any provider; hiding code in 25 MB took seconds. */
const MAX_READ = 200_000;
const MAX_ARGS = 10_000;

export function readCommand(text: string | null, grammar: Grammar): Asked | null {
  if (text === null || (text === "" && !grammar.addressed)) return null;
  const plain = normalise(text.slice(0, MAX_READ), grammar.mentions);
  const whole = findWholeText(grammar.vocabulary, plain);
  if (whole) return { name: whole.name, via: "whole_text", args: "" };
  const mention = mentionPattern(grammar.mentions);
  if (!mention.test(plain)) return grammar.addressed ? firstWord(plain, grammar) : null;
  return firstAsked(plain, grammar.hide(plain), mention, grammar);
}

/** What is said to us alone needs no mention: `/agent plan it`, a button, a direct message. */
function firstWord(plain: string, grammar: Grammar): Asked | null {
  if (plain.trim() === "") return defaultCommand(grammar);
  const start = plain.length - plain.trimStart().length;
  const word = wordAt(plain, start, grammar.vocabulary) ?? { text: "", end: start, glued: false };
  const askable = findAskable(grammar.vocabulary, word.text);
  if (!askable || word.glued) return unknownWord(plain, word, grammar);
  return { name: askable.name, via: "mention", args: argsFrom(plain, word.end) };
}

function firstAsked(plain: string, shown: string, mention: RegExp, grammar: Grammar): Asked | null {
  mention.lastIndex = 0;
  const first = mention.exec(shown);
  let fallback = first && isBareMention(shown, first[0]) ? defaultCommand(grammar) : null;
  for (let hit = first; hit; hit = mention.exec(shown)) {
    const end = hit.index + hit[0].length;
    const alone = standsAlone(shown, hit.index, end);
    const word = alone ? wordAfter(shown, end, grammar.vocabulary) : null;
    if (!word) continue;
    const askable = findAskable(grammar.vocabulary, word.text);
    if (!askable) fallback ??= unknownWord(plain, word, grammar);
    else if (!word.glued && mayStandHere(askable, shown, hit.index)) {
      return { name: askable.name, via: "mention", args: argsFrom(plain, word.end) };
    }
  }
  return fallback;
}

const mayStandHere = ({ line_start_only }: Askable, text: string, index: number): boolean =>
  !line_start_only || /(?:^|\n) {0,3}$/.test(text.slice(Math.max(0, index - 4), index));

function isBareMention(shown: string, mention: string): boolean {
  const rest = shown.trim();
  const alone = rest.length < mention.length + 10 && /^[ ,:.!?]*$/.test(rest.slice(mention.length));
  return alone && rest.startsWith(mention);
}

const defaultCommand = ({ default_command: name }: Grammar): Asked | null =>
  name ? { name, via: "default", args: "" } : null;

function unknownWord(plain: string, word: Word, grammar: Grammar): Asked | null {
  const name = grammar.unknown_command;
  if (!name || isDisguised(word.text)) return null;
  return { name, via: "unknown_word", args: argsFrom(plain, word.end - word.text.length) };
}

function argsFrom(plain: string, from: number): string {
  return plain.slice(from, from + MAX_ARGS).toWellFormed().replace(/^[ \t,:.!?-]+/, "").trim();
}

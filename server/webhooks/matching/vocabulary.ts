export interface Askable {
  name: string;
  aliases: string[];
  /** only with the mention at the start of a line: decisions are not made in passing */
  line_start_only: boolean;
  /** texts that ask for it without a mention, when they are the whole text */
  whole_texts: string[];
}

/** The words of a webhook's commands, folded for look-up: there may be hundreds. */
export interface Vocabulary {
  words: ReadonlyMap<string, Askable>;
  whole_texts: readonly { text: string; askable: Askable }[];
}

/** Of two commands that claim one word, the first has it. */
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

export const findAskable = ({ words }: Vocabulary, word: string): Askable | undefined =>
  words.get(fold(word));

const MAX_WHOLE_TEXT = 200;

/** `LGTM` is a decision, so nothing may stand beside it, not even a quote. */
export function findWholeText({ whole_texts }: Vocabulary, plain: string): Askable | undefined {
  if (plain.length > MAX_WHOLE_TEXT) return undefined;
  const trimmed = fold(plain.trim());
  return whole_texts.find(({ text }) =>
    trimmed.startsWith(text) && /^[.!]*$/.test(trimmed.slice(text.length))
  )?.askable;
}

// only A to Z: the Kelvin sign is no k
const fold = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

import { type Counted, LONGEST_NAMED, MOST_LISTED } from "@/db/nouns/coverage.ts";

/** Of as many different names it is known which came before. */
const MOST_KNOWN = 10_000;

/** Counts names; with `distinct` each once. */
export class Tally {
  #count = 0;
  readonly #names = new Set<string>();

  add(name: string, distinct = false): void {
    const short = shortName(name);
    if (distinct && this.#names.has(short)) return;
    this.#count++;
    if (this.#names.size < (distinct ? MOST_KNOWN : MOST_LISTED)) this.#names.add(short);
  }

  counted(): Counted {
    return { count: this.#count, names: [...this.#names].slice(0, MOST_LISTED) };
  }
}

const SPACE = /[\s\p{Cc}]+/gu;

/** Its first line, and what is left out in the words that redaction knows. */
export function shortName(name: string): string {
  const [first] = name.trimStart().split("\n", 1);
  const short = first.slice(0, LONGEST_NAMED).toWellFormed();
  const rest = name.trim().length - short.length;
  const line = short.replace(SPACE, " ").trim();
  return rest > 0 ? `${line}… (${rest} more characters)` : line;
}

import { LONGEST_TEXT, textOf } from "@/server/webhooks/templates/text.ts";

const MOST_UNKNOWN = 20;
const CUT = "\n… (cut: the text is longer than 200,000 characters)";

type Change = (value: string) => string;

export class TextWriter {
  buffer = "";
  readonly unknown_paths: string[] = [];
  #is_full = false;
  readonly #wrap: Change;
  readonly #clean: Change;
  /** what each text was made of: a template may name a long one many times */
  readonly #cleaned = new Map<string, string>();

  constructor(wrap: Change = (value) => value, clean: Change = (value) => value) {
    this.#wrap = wrap;
    this.#clean = clean;
  }

  get is_full(): boolean {
    return this.#is_full;
  }

  write(words: unknown): void {
    if (!this.#is_full) this.#put(textOf(words));
  }

  insert(value: unknown): void {
    const text = textOf(value);
    if (text === "" || this.#is_full) return;
    // once more: what stands in objects, or was given to a filter, was not looked at yet
    this.#put(this.#wrap(this.clean(text)));
  }

  clean(text: string): string {
    const cleaned = this.#cleaned.get(text) ?? this.#clean(text);
    this.#cleaned.set(text, cleaned);
    return cleaned;
  }

  noteUnknown(path: string): void {
    const name = path.slice(0, 100);
    if (this.unknown_paths.length < MOST_UNKNOWN && !this.unknown_paths.includes(name)) {
      this.unknown_paths.push(name);
    }
  }

  stop(reason: string): void {
    if (!this.#is_full) this.#end(`\n… (${reason})`);
  }

  #put(text: string): void {
    this.buffer += text;
    if (this.buffer.length > LONGEST_TEXT) this.#end(CUT);
  }

  #end(words: string): void {
    this.#is_full = true;
    this.buffer = this.buffer.slice(0, LONGEST_TEXT - words.length).toWellFormed() + words;
  }
}

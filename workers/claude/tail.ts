/** Takes out of a text that comes in pieces what nobody may read. */
export interface TextFilter {
  push(piece: string): string;
  end(): string;
}

export class Tail {
  #text = "";
  readonly #decoder = new TextDecoder();
  readonly #cap: number;
  readonly #filter: TextFilter;

  /** The filter sees the whole: a secret whose beginning was cut off could not be recognized. */
  constructor(cap: number, filter: TextFilter) {
    this.#cap = cap;
    this.#filter = filter;
  }

  push(chunk: Uint8Array): void {
    this.#keep(this.#filter.push(this.#decoder.decode(chunk, { stream: true })));
  }

  end(): string {
    this.#keep(this.#filter.push(this.#decoder.decode()));
    this.#keep(this.#filter.end());
    return this.#text;
  }

  #keep(text: string): void {
    this.#text = (this.#text + text).slice(-this.#cap).toWellFormed();
  }
}

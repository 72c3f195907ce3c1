/** A line that was longer than the cap: its beginning, and how many bytes were left out. */
export interface Line {
  text: string;
  cut_bytes: number;
}

const NEWLINE = 10;

/**
 * Cuts a stream of bytes into lines of any size up to `cap` bytes. Each byte is looked at and copied
 * once: pieces wait in a list until their newline comes.
 */
export class LineSplitter {
  #pieces: Uint8Array[] = [];
  #size = 0;
  #cut = 0;
  #decoder = new TextDecoder();

  constructor(readonly cap: number) {}

  /** The lines that this chunk completes, without their newlines. Keeps no reference to `chunk`'s end. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** What came after the last newline; null when there is nothing. */
  rest(): Line | null {
    return this.#size > 0 ? this.#take() : null;
  }

  #keep(piece: Uint8Array): void {
    const room = Math.max(0, this.cap - this.#size);
    if (piece.length > room) this.#cut += piece.length - room;
    const kept = piece.subarray(0, room);
    if (kept.length > 0) this.#pieces.push(kept);
    this.#size += kept.length;
  }

  #take(): Line {
    const whole = this.#pieces.length === 1 ? this.#pieces[0] : concat(this.#pieces, this.#size);
    const line = { text: this.#decoder.decode(whole), cut_bytes: this.#cut };
    this.#pieces = [];
    this.#size = 0;
    this.#cut = 0;
    return line;
  }
}

function concat(pieces: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Takes out of a text that comes in pieces what nobody may read. */
export interface TextFilter {
  push(piece: string): string;
  end(): string;
}

/** The last characters of what a program wrote, which say why it failed. */
export class Tail {
  #text = "";
  #decoder = new TextDecoder();
  readonly #cap: number;
  readonly #filter: TextFilter;

  /** What is filtered is the whole: a secret whose beginning was cut off could not be told. */
  constructor(cap: number, filter: TextFilter) {
    this.#cap = cap;
    this.#filter = filter;
  }

  push(chunk: Uint8Array): void {
    this.#keep(this.#filter.push(this.#decoder.decode(chunk, { stream: true })));
  }

  /** What there is when nothing comes any more. */
  end(): string {
    this.#keep(this.#filter.push(this.#decoder.decode()));
    this.#keep(this.#filter.end());
    return this.#text;
  }

  #keep(text: string): void {
    this.#text = (this.#text + text).slice(-this.#cap).toWellFormed();
  }
}

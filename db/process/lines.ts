import { Buffer } from "node:buffer";

/** One line; of one that was longer than the cap, its beginning. */
export interface Line {
  text: string;
  cut_bytes: number;
}

const NEWLINE = 10;

/**
 * Cuts bytes into lines of at most `cap` bytes. Not node:readline, which has no cap and drops how
 * much is missing; and each byte is copied once, however small the chunks are.
 */
export class LineSplitter {
  #pieces: Uint8Array[] = [];
  #size = 0;
  #cut = 0;
  readonly #decoder = new TextDecoder();

  constructor(readonly cap: number) {}

  /** The lines that this chunk completes, without their newlines. The chunk must not change later. */
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
    const whole = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    const line = { text: this.#decoder.decode(whole), cut_bytes: this.#cut };
    this.#pieces = [];
    this.#size = 0;
    this.#cut = 0;
    return line;
  }
}

const LONGEST_LINE_BYTES = 1024 * 1024;

/** The lines of a stream; the last one need not have an end. */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
  cap = LONGEST_LINE_BYTES,
): AsyncGenerator<string> {
  const splitter = new LineSplitter(cap);
  for await (const chunk of stream) {
    for (const { text } of splitter.push(chunk)) yield text;
  }
  const rest = splitter.rest();
  if (rest) yield rest.text;
}

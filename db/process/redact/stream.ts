const HIDDEN = "[redacted]";
/** Characters before the undecided ones that are kept, since a shape looks at what is before it. */
const LOOK_BEHIND = 24;
/** As much of a secret's beginning may be shown where a text was cut, and no more. */
const SHORTEST_PIECE = 8;

export type Hide = (start: number, end: number) => void;

export interface Finder {
  /** Returns the place before which nothing can become part of a secret any more. */
  read(text: string, last: boolean, hide: Hide): number;
  dropped(count: number): void;
}

export class RedactionStream {
  #text = "";
  /** What lies before was returned, or is hidden. */
  #done = 0;
  /** What lies before belongs to what the last mark stands for. */
  #covered = -1;
  /** What lies behind may be the beginning of a secret. */
  #safe = 0;
  #hidden: [start: number, end: number][] = [];
  readonly #finders: Finder[];

  constructor(finders: Finder[]) {
    this.#finders = finders;
  }

  push(piece: string): string {
    return this.#read(piece, false);
  }

  /** Returns what was kept. What comes later may still be the tail of a token that was hidden. */
  end(): string {
    return this.#read("", true);
  }

  cut(): void {
    if (this.#text.length - this.#safe >= SHORTEST_PIECE) {
      this.#hidden.push([this.#safe, this.#text.length]);
    }
  }

  #read(piece: string, last: boolean): string {
    this.#text += piece;
    const hide: Hide = (start, end) => {
      if (end > start) this.#hidden.push([start, end]);
    };
    const safe = Math.min(...this.#finders.map((one) => one.read(this.#text, last, hide)));
    this.#safe = safe;
    const shown = this.#release(safe);
    this.#drop(Math.min(safe, this.#done) - LOOK_BEHIND);
    return shown;
  }

  #release(safe: number): string {
    this.#hidden.sort((a, b) => a[0] - b[0]);
    let shown = "";
    let count = 0;
    for (const [start, end] of this.#hidden) {
      if (start >= safe) break;
      count++;
      if (start > this.#covered) {
        shown += this.#text.slice(this.#done, start) + HIDDEN;
        this.#covered = end;
      } else this.#covered = Math.max(this.#covered, end);
      this.#done = Math.max(this.#done, this.#covered);
    }
    this.#hidden.splice(0, count);
    if (safe > this.#done) {
      shown += this.#text.slice(this.#done, safe);
      this.#done = safe;
    }
    return shown;
  }

  #drop(count: number): void {
    if (count <= 0) return;
    this.#text = this.#text.slice(count);
    this.#done -= count;
    this.#safe -= count;
    this.#covered = Math.max(-1, this.#covered - count);
    this.#hidden = this.#hidden.map(([start, end]) => [start - count, end - count]);
    for (const finder of this.#finders) finder.dropped(count);
  }
}

const MAX_BYTES = 256 * 1024 * 1024;
export const SMALL_BYTES = 128 * 1024;
const SHARE_OF_SMALL = 1 / 8;

/** Memory for request bodies. Bytes count as they come: announcing 25 MiB takes nothing. */
export class Budget {
  #held_bytes = 0;
  readonly #for_large: number;

  constructor(private readonly max_bytes = MAX_BYTES) {
    this.#for_large = max_bytes * (1 - SHARE_OF_SMALL);
  }

  get held_bytes(): number {
    return this.#held_bytes;
  }

  hasRoom(more: number, length: number): boolean {
    const limit = length <= SMALL_BYTES ? this.max_bytes : this.#for_large;
    return this.#held_bytes + more <= limit;
  }

  take(more: number, length: number): boolean {
    const fits = this.hasRoom(more, length);
    if (fits) this.#held_bytes += more;
    return fits;
  }

  release(bytes: number): void {
    this.#held_bytes -= bytes;
  }
}

export const budgetOfProcess = new Budget();

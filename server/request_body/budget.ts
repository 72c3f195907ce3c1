/** How much of the bodies of requests is held in memory, in all. */

const MAX_BYTES = 256 * 1024 * 1024;
/** What deliveries usually are; the largest that are common stay below it. */
export const SMALL_BYTES = 128 * 1024;
/** The last eighth is for small bodies: however many large ones come, those get in. */
const SHARE_OF_SMALL = 1 / 8;

/**
 * Bytes are taken as they come, not as they are announced: who says 25 MiB and sends nothing takes
 * nothing from the others.
 */
export class Budget {
  #held_bytes = 0;
  readonly #for_large: number;

  constructor(private readonly max_bytes = MAX_BYTES) {
    this.#for_large = max_bytes * (1 - SHARE_OF_SMALL);
  }

  get held_bytes(): number {
    return this.#held_bytes;
  }

  /** Whether `more` bytes would fit, for a body that has `length` with them. */
  hasRoom(more: number, length: number): boolean {
    const limit = length <= SMALL_BYTES ? this.max_bytes : this.#for_large;
    return this.#held_bytes + more <= limit;
  }

  /** Takes them where they fit. */
  take(more: number, length: number): boolean {
    const fits = this.hasRoom(more, length);
    if (fits) this.#held_bytes += more;
    return fits;
  }

  giveBack(bytes: number): void {
    this.#held_bytes -= bytes;
  }
}

/** Of all requests that this process reads. */
export const budgetOfProcess = new Budget();

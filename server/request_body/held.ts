/** What is kept of a body while it comes: all of it, or nothing. Both refuse the same bodies. */
import { GrownBytes, grownCapacity } from "@/server/providers/chunks.ts";
import type { Budget } from "@/server/request_body/budget.ts";

const MAX_BYTES = 25 * 1024 * 1024;

export interface Keep {
  /** Whether a body of this length would fit into the budget. */
  hasRoom(length: number): boolean;
  /** False when there is no room for it. */
  add(chunk: Uint8Array): boolean;
  /** What came. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Gives back what is held. */
  letGo(): void;
}

/** Holds a body, and takes the capacity of its buffer from the budget: what is held is counted. */
export class Held implements Keep {
  #kept: GrownBytes;

  constructor(private readonly budget: Budget, private readonly max_bytes = MAX_BYTES) {
    this.#kept = new GrownBytes(max_bytes);
  }

  hasRoom(length: number): boolean {
    return this.budget.hasRoom(length, length);
  }

  add(chunk: Uint8Array): boolean {
    const more = this.#kept.capacityWith(chunk.byteLength) - this.#kept.capacity;
    const fits = this.budget.take(more, this.bytes.byteLength + chunk.byteLength);
    if (fits) this.#kept.add(chunk);
    return fits;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#kept.bytes;
  }

  letGo(): void {
    this.budget.giveBack(this.#kept.capacity);
    this.#kept = new GrownBytes(this.max_bytes);
  }
}

// never written to, so that it takes no memory
const ZEROS = new Uint8Array(MAX_BYTES);

/**
 * Holds nothing of a body that nobody can have signed, and takes nothing from the budget, but
 * refuses what `Held` refuses: else the answer would tell whether there is a webhook.
 */
export class Unheld implements Keep {
  #capacity = 0;
  #length = 0;

  constructor(private readonly budget: Budget, private readonly max_bytes = MAX_BYTES) {}

  hasRoom(length: number): boolean {
    return this.budget.hasRoom(length, length);
  }

  add(chunk: Uint8Array): boolean {
    const length = this.#length + chunk.byteLength;
    const capacity = grownCapacity(this.#capacity, length, this.max_bytes);
    const fits = capacity === this.#capacity || this.budget.hasRoom(capacity, length);
    if (fits) [this.#capacity, this.#length] = [capacity, length];
    return fits;
  }

  /** As many zeros, to be verified in its place. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return ZEROS.subarray(0, this.#length);
  }

  letGo(): void {}
}

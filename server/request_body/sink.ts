import { GrownBytes, grownCapacity } from "@/server/providers/chunks.ts";
import type { Budget } from "@/server/request_body/budget.ts";

const MAX_BYTES = 25 * 1024 * 1024;

export interface BodySink {
  hasRoom(length: number): boolean;
  add(chunk: Uint8Array): boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  release(): void;
}

/** Keeps the body, and takes the capacity of its buffer from the budget. */
export class BufferingSink implements BodySink {
  #buffer: GrownBytes;

  constructor(private readonly budget: Budget, private readonly max_bytes = MAX_BYTES) {
    this.#buffer = new GrownBytes(max_bytes);
  }

  hasRoom(length: number): boolean {
    return this.budget.hasRoom(length, length);
  }

  add(chunk: Uint8Array): boolean {
    const more = this.#buffer.capacityWith(chunk.byteLength) - this.#buffer.capacity;
    const fits = this.budget.take(more, this.bytes.byteLength + chunk.byteLength);
    if (fits) this.#buffer.add(chunk);
    return fits;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.bytes;
  }

  release(): void {
    this.budget.release(this.#buffer.capacity);
    this.#buffer = new GrownBytes(this.max_bytes);
  }
}

// never written to, so that it takes no memory
const ZEROS = new Uint8Array(MAX_BYTES);

/** Keeps nothing, but refuses what the other does, lest the answer tell whether there is a webhook. */
export class CountingSink implements BodySink {
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

  get bytes(): Uint8Array<ArrayBuffer> {
    return ZEROS.subarray(0, this.#length);
  }

  release(): void {}
}

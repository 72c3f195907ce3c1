const CHUNKS_AT_A_TIME = 64;
const FIRST_CAPACITY = 4 * 1024;

/** Reads until `keep` says false or time is up. Others get a turn between chunks: reads that are
 * ready would keep all timers waiting. */
export async function readChunks(
  stream: ReadableStream<Uint8Array>,
  timeout_ms: number,
  keep: (chunk: Uint8Array) => boolean,
): Promise<"whole" | "stopped" | "late"> {
  const reader = stream.getReader();
  const deadline = performance.now() + timeout_ms;
  const isLate = () => performance.now() >= deadline;
  const stop = () => reader.cancel().catch(() => {});
  let was_late = false;
  const timer = setTimeout(() => (was_late = true, stop()), timeout_ms);
  try {
    for (let chunks = 1;; chunks++) {
      const { done, value } = await reader.read();
      if (was_late) return "late";
      if (done) return "whole";
      if (!keep(value)) return await stop(), "stopped";
      if (chunks % CHUNKS_AT_A_TIME !== 0) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (isLate()) return await stop(), "late";
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The capacity of a buffer that is to hold `length` bytes: doubled until it does, and no more
 * than `most`, which is what may come in all. */
export function grownCapacity(capacity: number, length: number, most: number): number {
  if (length <= capacity) return capacity;
  let grown = Math.max(capacity, FIRST_CAPACITY);
  while (grown < length) grown *= 2;
  return Math.max(length, Math.min(most, grown));
}

/** Bytes that come one chunk after the other, copied into one buffer. A chunk that is kept
 * itself would keep all of the 64 KiB that it was read into, be it one byte long. */
export class GrownBytes {
  #buffer = new ArrayBuffer(0);
  #length = 0;

  constructor(private readonly most: number) {}

  get capacity(): number {
    return this.#buffer.byteLength;
  }

  capacityWith(more: number): number {
    return grownCapacity(this.capacity, this.#length + more, this.most);
  }

  add(chunk: Uint8Array): void {
    const capacity = this.capacityWith(chunk.byteLength);
    // unlike a copy, it lets the old buffer go at once
    if (capacity > this.capacity) this.#buffer = this.#buffer.transfer(capacity);
    new Uint8Array(this.#buffer).set(chunk, this.#length);
    this.#length += chunk.byteLength;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer, 0, this.#length);
  }
}

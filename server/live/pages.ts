import { isConnectionError } from "@/db/client.ts";

/** What readers at one position are sent; `next` is where they are then. */
export interface Page<Position> {
  frame: Uint8Array;
  next: Position;
  last: boolean;
}

const KEPT_BYTES = 512 * 1024;
/** What a page holds beside its frame, mostly a task's row. */
const OVERHEAD_BYTES = 16 * 1024;

/** Pages by what they follow: read once, however many ask, and kept for those a little late. */
export class Pages<Position> {
  readonly #pages = new Map<string, Promise<Page<Position> | null>>();
  readonly #kept: { key: string; bytes: number }[] = [];
  #bytes = 0;

  /** Null without Postgres. */
  get(key: string, read: () => Promise<Page<Position>>): Promise<Page<Position> | null> {
    const page = this.#pages.get(key) ?? this.#read(key, read);
    this.#pages.set(key, page);
    return page;
  }

  async #read(key: string, read: () => Promise<Page<Position>>): Promise<Page<Position> | null> {
    try {
      const page = await read();
      this.#keep(key, page.frame.length + OVERHEAD_BYTES);
      return page;
    } catch (error) {
      this.#pages.delete(key);
      if (isConnectionError(error)) return null;
      throw error;
    }
  }

  #keep(key: string, bytes: number): void {
    this.#kept.push({ key, bytes });
    this.#bytes += bytes;
    while (this.#bytes > KEPT_BYTES && this.#kept.length > 1) {
      const oldest = this.#kept.shift()!;
      this.#pages.delete(oldest.key);
      this.#bytes -= oldest.bytes;
    }
  }
}

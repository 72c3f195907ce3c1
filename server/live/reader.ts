import { getLogger } from "@logtape/logtape";
import type { Credential } from "@/db/sessions.ts";
import type { Found, Page } from "@/server/live/pages.ts";

const log = getLogger(["agent", "server", "live"]);

/** What may wait for one reader, beside one frame more. */
const QUEUE_BYTES = 64 * 1024;
const encoder = new TextEncoder();
export const toFrame = (text: string): Uint8Array => encoder.encode(text);
const OPENING = toFrame("retry: 1000\n\n");
const HEARTBEAT = toFrame(":\n\n");

/** One stream of server-sent events, whose loop takes pages at the speed of whoever reads it. */
export class Reader {
  readonly stream: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #open = true;
  #silent = false;
  /** Looks whether there is a next page and room for it; idle until `follow`. */
  wake: () => void = () => {};

  /** `left` is called once, when it ends or nobody reads it any more. */
  constructor(readonly credential: Credential, private readonly left: () => void) {
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        controller.enqueue(OPENING);
      },
      pull: () => this.wake(),
      cancel: () => this.#leave(),
    }, new ByteLengthQueuingStrategy({ highWaterMark: QUEUE_BYTES }));
  }

  get hasRoom(): boolean {
    return this.#open && this.#controller.desiredSize! > 0;
  }

  get queued_bytes(): number {
    return this.#open ? QUEUE_BYTES - this.#controller.desiredSize! : 0;
  }

  /** Sends page after page until the last one. Where `next` has none, `wake` makes it ask again. */
  follow<Position>(position: Position, next: (position: Position) => Found<Position>): void {
    let reading = false;
    const take = (page: Page<Position>) => {
      position = page.next; // first: to send wakes it, too, where there is room for more
      this.send(page.frame);
      if (page.last) this.end();
    };
    const read = async (found: Promise<Page<Position> | null>) => {
      reading = true;
      const page = await found;
      reading = false;
      if (!page) return;
      take(page);
      this.wake();
    };
    // No promise where a page is ready: at a thousand readers those were a third of the work.
    this.wake = () => {
      while (this.hasRoom && !reading) {
        const found = next(position);
        if (found === null) return;
        if (found instanceof Promise) read(found).catch((error) => this.#fail(error));
        else take(found);
      }
    };
    this.wake();
  }

  send(frame: Uint8Array): void {
    if (!this.#open || frame.length === 0) return;
    this.#silent = false;
    this.#controller.enqueue(frame);
  }

  /** Proxies cut a stream that is silent, and a reader that is gone shows only when we write. */
  beat(): void {
    if (this.#silent && this.hasRoom) this.#controller.enqueue(HEARTBEAT);
    this.#silent = true;
  }

  end(): void {
    if (!this.#open) return;
    this.#leave();
    this.#controller.close();
  }

  /** It comes back with the id of what it has. */
  #fail(error: unknown): void {
    log.error("a stream broke: {error}", { error });
    this.end();
  }

  #leave(): void {
    if (!this.#open) return;
    this.#open = false;
    this.left();
  }
}

import { getLogger } from "@logtape/logtape";
import type { Credential } from "@/db/sessions.ts";
import type { Page } from "@/server/live/pages.ts";

const log = getLogger(["agent", "server", "live"]);

/** What may wait for one reader, beside one frame more. */
const QUEUE_BYTES = 64 * 1024;
const encoder = new TextEncoder();
const OPENING = encoder.encode("retry: 1000\n\n");
const HEARTBEAT = encoder.encode(":\n\n");

/** One stream of server-sent events, whose loop takes pages at the speed of whoever reads it. */
export class Reader {
  readonly stream: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #open = true;
  #silent = false;
  #woken = Promise.withResolvers<void>();

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
  async follow<Position>(
    position: Position,
    next: (position: Position) => Promise<Page<Position> | null>,
  ): Promise<void> {
    try {
      while (this.#open) {
        this.#woken = Promise.withResolvers();
        const page = this.hasRoom ? await next(position) : null;
        if (page) {
          this.send(page.frame);
          position = page.next;
          if (page.last) this.end();
        } else await this.#woken.promise;
      }
    } catch (error) {
      log.error("a stream broke: {error}", { error });
      this.end(); // it comes back with the id of what it has
    }
  }

  wake(): void {
    this.#woken.resolve();
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

  #leave(): void {
    if (!this.#open) return;
    this.#open = false;
    this.wake();
    this.left();
  }
}

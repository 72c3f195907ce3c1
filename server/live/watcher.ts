import { getLogger } from "@logtape/logtape";
import { isConnectionError } from "@/db/client.ts";
import type { Credential } from "@/db/sessions.ts";

const log = getLogger(["agent", "server", "live"]);

/** Bytes that may wait for one reader. One frame more, and it has to catch up from the tables. */
const QUEUE_BYTES = 64 * 1024;

/** How long a browser waits before it comes back, in milliseconds. */
const OPENING = new TextEncoder().encode("retry: 1000\n\n");

const BEAT = new TextEncoder().encode(":\n\n");

interface Room<State> {
  /** Reads on for a watcher that is not live, until its queue is full, it is live, or all is said. */
  catchUp(watcher: Watcher<State>): Promise<void>;
  leave(watcher: Watcher<State>): void;
}

/**
 * One reader of a room: a place in what has been said, and a short queue. It is live while it
 * stands where the room stands and has room for more; else it catches up at its own speed.
 */
export class Watcher<State> {
  readonly stream: ReadableStream<Uint8Array>;
  live = false;
  /** The room's round in which it became live: what that round reads may be older than its state. */
  joined = 0;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #open = true;
  #catching = false;
  #silent = false;

  constructor(readonly room: Room<State>, public state: State, readonly reader: Credential) {
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        controller.enqueue(OPENING);
      },
      pull: () => this.catchUp(),
      cancel: () => this.#leave(),
    }, new ByteLengthQueuingStrategy({ highWaterMark: QUEUE_BYTES }));
  }

  get open(): boolean {
    return this.#open;
  }

  /** True while its reader keeps up. */
  get hasRoom(): boolean {
    return this.#open && this.#controller.desiredSize! > 0;
  }

  /** Bytes that wait for the reader. */
  get queued(): number {
    return this.#open ? QUEUE_BYTES - this.#controller.desiredSize! : 0;
  }

  send(frame: Uint8Array): void {
    if (!this.#open || frame.length === 0) return;
    this.#silent = false;
    this.#controller.enqueue(frame);
  }

  /** A comment for a stream that was silent since the last beat: proxies cut those, and we notice
   * a reader that is gone. */
  beat(): void {
    if (this.#silent && this.hasRoom) this.#controller.enqueue(BEAT);
    this.#silent = true;
  }

  /** What waits in the queue is still read. */
  end(): void {
    if (!this.#open) return;
    this.#leave();
    this.#controller.close();
  }

  /** Called when its queue has room, and when the room left it behind. Never rejects. */
  async catchUp(): Promise<void> {
    if (this.live || this.#catching || !this.hasRoom) return;
    this.#catching = true;
    try {
      do await this.room.catchUp(this); while (!this.live && this.hasRoom);
    } catch (error) {
      // Without Postgres it stays where it is; the next poll tries again.
      if (!isConnectionError(error)) this.#fail(error);
    } finally {
      this.#catching = false;
    }
  }

  #fail(error: unknown): void {
    if (!this.#open) return;
    log.error("a stream broke: {error}", { error });
    this.#leave();
    this.#controller.error(error);
  }

  #leave(): void {
    if (!this.#open) return;
    this.#open = false;
    this.live = false;
    this.room.leave(this);
  }
}

import type { Database } from "@/db/client.ts";
import { anyEventHidden, compareCursors, eventsAfter, newestEventCursor } from "@/db/events.ts";
import type { Credential } from "@/db/sessions.ts";
import { eventFrames } from "@/server/live/formats/json.ts";
import { type Found, type Page, Pages } from "@/server/live/pages.ts";
import { Reader, toFrame } from "@/server/live/reader.ts";
import { rounds } from "@/server/live/rounds.ts";

const PAGE = 200;
const SETTLE_MS = 100;

/** All events, for all who watch everything. A position is a cursor. */
export class EventLog {
  readonly readers = new Set<Reader>();
  readonly refresh = rounds(() => this.#look());
  /** Everything up to here has been read. Null while nobody watches. */
  #head: string | null = null;
  #pages = new Pages<string>();
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly db: Database) {}

  /** Everything that comes once this resolves reaches the reader. */
  async watch(
    wanted: string | null,
    credential: Credential,
    feed: { readers: Set<Reader>; begin(): Promise<unknown> } | null,
  ): Promise<ReadableStream<Uint8Array>> {
    const sets = [this.readers].concat(feed?.readers ?? []);
    const reader = new Reader(credential, () => sets.forEach((set) => set.delete(reader)));
    for (const set of sets) set.add(reader);
    try {
      await feed?.begin();
      reader.follow(await this.#positionFor(wanted), (after) => this.#next(after));
    } catch (error) {
      reader.end();
      throw error;
    }
    return reader.stream;
  }

  /** An event was written. It is hidden while an older transaction runs, whose end tells nobody. */
  heard(): void {
    void this.refresh();
    this.#settling ??= setTimeout(async () => {
      this.#settling = undefined; // what is heard from here on may be younger than the answer
      const hidden = await anyEventHidden(this.db).catch(() => true);
      if (hidden && this.readers.size > 0) this.heard();
      else void this.refresh();
    }, SETTLE_MS);
  }

  end(): void {
    clearTimeout(this.#settling);
    for (const reader of this.readers) reader.end();
  }

  /** The head for all who want what comes from now on, so that they share its pages. */
  async #positionFor(wanted: string | null): Promise<string> {
    const newest = await newestEventCursor(this.db);
    await this.refresh();
    return earlier(wanted ?? newest, this.#head ?? newest);
  }

  async #look(): Promise<boolean> {
    if (this.readers.size === 0) {
      this.#head = null;
      this.#pages = new Pages();
      return false;
    }
    const head = this.#head ??= await newestEventCursor(this.db);
    const page = await this.#read(head, head);
    if (page.next === head) return false;
    await this.#pages.get(head, () => Promise.resolve(page));
    this.#head = page.next;
    for (const reader of this.readers) reader.wake();
    return true;
  }

  #next(after: string): Found<string> {
    const head = this.#head;
    if (head === null || earlier(after, head) === head) return null;
    return this.#pages.get(after, () => this.#read(after, head));
  }

  async #read(after: string, head: string): Promise<Page<string>> {
    const events = await eventsAfter(this.db, after, PAGE) ?? [];
    const last = events.at(-1)?.cursor ?? after;
    const next = events.length < PAGE && earlier(last, head) === last ? head : last;
    return { frame: toFrame(eventFrames(events)), next, last: false };
  }
}

const earlier = (a: string, b: string): string => a !== b && compareCursors(a, b) < 0 ? a : b;

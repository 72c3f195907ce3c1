import type { Database } from "@/db/client.ts";
import { compareCursors, type Event, eventsAfter, newestEventCursor } from "@/db/events.ts";
import type { Credential } from "@/db/sessions.ts";
import { rounds } from "@/server/live/rounds.ts";
import { Watcher } from "@/server/live/watcher.ts";

const PAGE = 200;

/** The cursor up to which a reader has everything. Null: it has not begun. */
type Place = string | null;

interface Page {
  after: string;
  events: Event[];
  /** Up to here nothing is missing from `events`, even where no row stands. */
  upto: string;
  whole: boolean;
}

const encoder = new TextEncoder();

/** Everybody who watches everything. */
export class EventRoom {
  readonly watchers = new Set<Watcher<Place>>();
  /** Reads what is new and hands it to those who are live. */
  readonly refresh = rounds(() => this.#round());
  #head: string | null = null;
  #run = 0;

  constructor(private readonly db: Database) {}

  watch(after: string | null, reader: Credential): ReadableStream<Uint8Array> {
    const watcher = new Watcher<Place>(this, after, reader);
    this.watchers.add(watcher);
    return watcher.stream;
  }

  leave(watcher: Watcher<Place>): void {
    this.watchers.delete(watcher);
  }

  /** Hands out what is kept for nobody: who does not keep up misses it. */
  say(frame: Uint8Array): void {
    for (const watcher of this.watchers) {
      if (watcher.hasRoom) watcher.send(frame);
    }
  }

  async catchUp(watcher: Watcher<Place>): Promise<void> {
    while (watcher.hasRoom) {
      const after = watcher.state ??= await newestEventCursor(this.db);
      const page = await readPage(this.db, after);
      watcher.send(encode(page.events));
      watcher.state = page.upto;
      if (page.whole && this.#join(watcher, page.upto)) return;
    }
  }

  #join(watcher: Watcher<Place>, at: string): boolean {
    if (!this.#live().length) this.#head = at;
    if (compareCursors(at, this.#head!) < 0) return false;
    watcher.live = true;
    watcher.joined = this.#run;
    this.refresh(); // whatever was announced between its reading and now
    return true;
  }

  #live(): Watcher<Place>[] {
    return [...this.watchers].filter((watcher) => watcher.live);
  }

  async #round(): Promise<boolean> {
    if (!this.#live().length) this.#head = null;
    const head = this.#head;
    if (head === null) return false;
    this.#run++;
    const page = await readPage(this.db, head);
    if (this.#head !== head) return true; // they left, and others came
    const shared = encode(page.events);
    for (const watcher of this.#live()) {
      if (watcher.joined < this.#run) hand(watcher, page, shared);
    }
    this.#head = page.upto;
    return !page.whole;
  }
}

function hand(watcher: Watcher<Place>, page: Page, shared: Uint8Array): void {
  const at = watcher.state!;
  if (compareCursors(at, page.after) < 0 || !watcher.hasRoom) {
    watcher.live = false;
    void watcher.catchUp(); // now if it has room, else when its reader has read
    return;
  }
  const later = page.events.filter((event) => compareCursors(event.cursor, at) > 0);
  watcher.send(later.length === page.events.length ? shared : encode(later));
  if (compareCursors(page.upto, at) > 0) watcher.state = page.upto;
}

async function readPage(db: Database, wanted: string): Promise<Page> {
  // Taken before the rows are read, so that they hold everything up to it.
  const newest = await newestEventCursor(db);
  const after = compareCursors(wanted, newest) > 0 ? newest : wanted;
  const events = await eventsAfter(db, after, PAGE) ?? [];
  const whole = events.length < PAGE;
  const last = events.at(-1)?.cursor ?? after;
  const upto = whole && compareCursors(newest, last) > 0 ? newest : last;
  return { after, events, upto, whole };
}

const encode = (events: Event[]): Uint8Array =>
  encoder.encode(
    events.map(({ cursor, event, data }) =>
      `id: ${cursor}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    ).join(""),
  );

import type { Database } from "@/db/client.ts";
import type { Credential } from "@/db/sessions.ts";
import type { Output } from "@/db/task_output.ts";
import type { Task } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import { rounds } from "@/server/live/rounds.ts";
import { type Page, readPage } from "@/server/live/task_page.ts";
import { isNews, type Place, type Step, stepFor, type TaskBatch } from "@/server/live/task_step.ts";
import { Watcher } from "@/server/live/watcher.ts";

/** Turns batches into SSE frames: once for all readers of that format who stand there. */
export interface TaskFormat {
  name: string;
  frames(batch: TaskBatch): Promise<string>;
  /** The last frames of an ended task's stream. */
  end(task: Task): string;
}

export type { TaskBatch } from "@/server/live/task_step.ts";

interface Seat extends Place {
  format: TaskFormat;
}

const encoder = new TextEncoder();

/** Everybody who watches one task. */
export class TaskRoom {
  /** Cost or tokens changed and it was too early to say so. */
  owes_metrics = false;
  readonly watchers = new Set<Watcher<Seat>>();
  /** Reads what is new and hands it to those who are live. */
  readonly refresh = rounds(() => this.#round());
  /** Where the live ones stand, and the task as it was then. */
  #head: { seq: number; last: Output | null; task: Task } | null = null;
  #run = 0;
  readonly #reads = new Map<number, Promise<Page | null>>();

  constructor(
    private readonly db: Database,
    readonly task_id: string,
    private readonly empty: () => void,
  ) {}

  /** The task as the live watchers know it; null when there are none. */
  get task(): Task | null {
    return this.#head?.task ?? null;
  }

  watch(seq: number, format: TaskFormat, reader: Credential): ReadableStream<Uint8Array> {
    const watcher = new Watcher<Seat>(this, { seq, last: null, told: null, format }, reader);
    this.watchers.add(watcher);
    return watcher.stream;
  }

  leave(watcher: Watcher<Seat>): void {
    if (this.watchers.delete(watcher) && this.watchers.size === 0) this.empty();
  }

  async catchUp(watcher: Watcher<Seat>): Promise<void> {
    while (watcher.hasRoom) {
      const page = await this.#readShared(watcher.state.seq);
      if (!page) return watcher.end();
      const { state } = watcher;
      const step = stepFor(page, state);
      watcher.send(await render(step, state.format));
      watcher.state = { ...state, ...step.place };
      if (page.whole && this.#finish(watcher, page.task)) return;
    }
  }

  /** True when this watcher needs no more catching up. */
  #finish(watcher: Watcher<Seat>, task: Task): boolean {
    if (hasEnded(task.status)) {
      sayEnd(watcher, task);
      return true;
    }
    const { seq, last } = watcher.state;
    if (!this.#live().length) this.#head = { seq, last, task };
    if (seq < this.#head!.seq) return false;
    watcher.live = true;
    watcher.joined = this.#run;
    this.refresh(); // whatever was announced between its reading and now
    return true;
  }

  #live(): Watcher<Seat>[] {
    return [...this.watchers].filter((watcher) => watcher.live);
  }

  async #round(): Promise<boolean> {
    if (!this.#live().length) this.#head = null;
    const head = this.#head;
    if (!head) return false;
    this.#run++;
    const page = await readPage(this.db, this.task_id, head.seq, head.last);
    if (this.#head !== head || !page) return page !== null; // they left, and others came
    await this.#tell(page);
    const last = page.rows.at(-1) ?? head.last;
    this.#head = { seq: last?.seq ?? head.seq, last, task: page.task };
    return !page.whole;
  }

  async #tell(page: Page): Promise<void> {
    const over = page.whole && hasEnded(page.task.status);
    this.owes_metrics = false;
    const present = this.#live().filter((watcher) => watcher.joined < this.#run);
    for (const watcher of present) {
      if (watcher.state.seq < page.after) leaveBehind(watcher);
    }
    for (const group of groups(present.filter((watcher) => watcher.live))) {
      const step = stepFor(page, group[0].state);
      const frame = await render(step, group[0].state.format);
      for (const watcher of group) this.#advance(watcher, step, frame, over);
      this.owes_metrics ||= step.owes_metrics;
    }
  }

  #advance(watcher: Watcher<Seat>, step: Step, frame: Uint8Array, over: boolean): void {
    if (!watcher.live) return;
    if (!watcher.hasRoom) return leaveBehind(watcher);
    watcher.send(frame);
    watcher.state = { ...watcher.state, ...step.place };
    if (over) sayEnd(watcher, step.batch.task);
  }

  // After a restart many come back at the same place at once: they share one read.
  #readShared(seq: number): Promise<Page | null> {
    let read = this.#reads.get(seq);
    if (!read) {
      read = readPage(this.db, this.task_id, seq).finally(() => this.#reads.delete(seq));
      this.#reads.set(seq, read);
    }
    return read;
  }
}

function leaveBehind(watcher: Watcher<Seat>): void {
  watcher.live = false;
  void watcher.catchUp(); // now if it has room, else when its reader has read
}

function sayEnd(watcher: Watcher<Seat>, task: Task): void {
  watcher.send(encoder.encode(watcher.state.format.end(task)));
  watcher.end();
}

async function render({ batch }: Step, format: TaskFormat): Promise<Uint8Array> {
  return encoder.encode(isNews(batch) ? await format.frames(batch) : "");
}

/** Those who get the same frame: same format, same place, told the same. */
function groups(watchers: Watcher<Seat>[]): Watcher<Seat>[][] {
  const same = Map.groupBy(
    watchers,
    ({ state }) => `${state.format.name} ${state.seq} ${state.told?.key}`,
  );
  return [...same.values()];
}

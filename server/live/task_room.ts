import type { Database } from "@/db/client.ts";
import { type Output, readOutput } from "@/db/task_output.ts";
import { getTask, hasEnded, type Task } from "@/db/tasks.ts";
import { rounds } from "@/server/live/rounds.ts";
import { Watcher } from "@/server/live/watcher.ts";

/** Rows read at once, for one reader that catches up and for all that are live. */
const PAGE = 100;
const PAGE_CHARACTERS = 256 * 1024;
const METRICS_MS = 1_000;

/** What became known of a task, for readers who stand at the same place. */
export interface TaskBatch {
  /** Read before the rows: an ended task has all its rows here or earlier. */
  task: Task;
  /** The row just before `rows[0]`. */
  previous: Output | null;
  /** None when only the task changed. */
  rows: Output[];
  /** The task as these readers were last told of it; null at the beginning of their streams. */
  before: Task | null;
  /** True when cost or tokens have changed since they were told, a second ago or more. */
  metrics: boolean;
}

/** Turns batches into SSE frames: once for all readers of that format who stand there. */
export interface TaskFormat {
  name: string;
  frames(batch: TaskBatch): Promise<string>;
  /** The last frames of an ended task's stream. */
  end(task: Task): string;
}

interface Told {
  task: Task;
  metrics_at: number;
  /** Equal for those who need no different frames. */
  key: string;
}

interface Place {
  seq: number;
  /** The row at `seq`, where it was read. */
  last: Output | null;
  told: Told | null;
  format: TaskFormat;
}

/** A page of the table, as it was read after one seq. */
interface Page {
  task: Task;
  after: number;
  previous: Output | null;
  rows: Output[];
  /** False when there are more rows by now. */
  whole: boolean;
}

const encoder = new TextEncoder();

/** Everybody who watches one task. */
export class TaskRoom {
  /** Cost or tokens changed and it was too early to say so. */
  owes_metrics = false;
  readonly watchers = new Set<Watcher<Place>>();
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

  watch(seq: number, format: TaskFormat, signal?: AbortSignal): ReadableStream<Uint8Array> {
    const watcher = new Watcher<Place>(this, { seq, last: null, told: null, format }, signal);
    this.watchers.add(watcher);
    return watcher.stream;
  }

  leave(watcher: Watcher<Place>): void {
    if (this.watchers.delete(watcher) && this.watchers.size === 0) this.empty();
  }

  async catchUp(watcher: Watcher<Place>): Promise<void> {
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
  #finish(watcher: Watcher<Place>, task: Task): boolean {
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

  #live(): Watcher<Place>[] {
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

  #advance(watcher: Watcher<Place>, step: Step, frame: Uint8Array, over: boolean): void {
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

function leaveBehind(watcher: Watcher<Place>): void {
  watcher.live = false;
  void watcher.catchUp(); // now if it has room, else when its reader has read
}

function sayEnd(watcher: Watcher<Place>, task: Task): void {
  watcher.send(encoder.encode(watcher.state.format.end(task)));
  watcher.end();
}

async function readPage(
  db: Database,
  task_id: string,
  after: number,
  last: Output | null = null,
): Promise<Page | null> {
  const task = await getTask(db, task_id);
  if (!task) return null;
  if (task.last_seq <= after) return { task, after, previous: last, rows: [], whole: true };
  const from = last ? after : after - 1; // one row back: the formats look at what came before
  const rows = await readOutput(db, task_id, from, PAGE);
  const previous = last ?? (rows[0]?.seq === after ? rows.shift()! : null);
  const page = fitting(rows);
  return { task, after, previous, rows: page, whole: (page.at(-1)?.seq ?? after) >= task.last_seq };
}

// A row may have a quarter of a megabyte: the page of a slow reader lies in memory until it is read.
function fitting(rows: Output[]): Output[] {
  let size = 0;
  const end = rows.findIndex((row, at) => {
    size += (row.text?.length ?? 0) + (row.data ? JSON.stringify(row.data).length : 0);
    return at > 0 && size > PAGE_CHARACTERS;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

/** What a page means to those at one place, and where they stand afterwards. */
interface Step {
  batch: TaskBatch;
  place: Pick<Place, "seq" | "last" | "told">;
  owes_metrics: boolean;
}

function stepFor(page: Page, { seq, last, told }: Place): Step {
  const { task } = page;
  const at = page.rows.findIndex((row) => row.seq > seq);
  const rows = at < 0 ? [] : page.rows.slice(at);
  const previous = at > 0 ? page.rows[at - 1] : at === 0 ? page.previous : last;
  const telling = tell(task, told);
  return {
    batch: { task, previous, rows, before: told?.task ?? null, metrics: telling.metrics },
    place: {
      seq: rows.at(-1)?.seq ?? seq,
      last: rows.at(-1) ?? last ?? previous,
      told: telling.told,
    },
    owes_metrics: telling.owed,
  };
}

/** Whether cost and tokens are to be told now, or changed and have to wait. */
function tell(task: Task, told: Told | null): { metrics: boolean; owed: boolean; told: Told } {
  const now = performance.now();
  const changed = !told || usageOf(task) !== usageOf(told.task);
  const early = told !== null && now - told.metrics_at < METRICS_MS;
  const known = changed && early ? { ...task, ...pickUsage(told.task) } : task;
  return {
    metrics: changed && !early,
    owed: changed && early,
    told: {
      task: known,
      metrics_at: changed && !early ? now : told!.metrics_at,
      key: `${stateOf(known)} ${usageOf(known)}`,
    },
  };
}

const pickUsage = (task: Task) => ({
  cost_usd: task.cost_usd,
  input_tokens: task.input_tokens,
  output_tokens: task.output_tokens,
  cache_read_tokens: task.cache_read_tokens,
  cache_creation_tokens: task.cache_creation_tokens,
  num_turns: task.num_turns,
});

const usageOf = (task: Task): string => Object.values(pickUsage(task)).join();

const stateOf = (task: Task): string =>
  [task.status, task.attempt, task.stop_requested_at !== null].join();

async function render({ batch }: Step, format: TaskFormat): Promise<Uint8Array> {
  const { before, task, rows, metrics } = batch;
  const news = rows.length > 0 || metrics || !before || stateOf(before) !== stateOf(task);
  return encoder.encode(news ? await format.frames(batch) : "");
}

/** Those who get the same frame: same format, same place, told the same. */
function groups(watchers: Watcher<Place>[]): Watcher<Place>[][] {
  const same = Map.groupBy(
    watchers,
    ({ state }) => `${state.format.name} ${state.seq} ${state.told?.key}`,
  );
  return [...same.values()];
}

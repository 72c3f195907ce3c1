import type { Database } from "@/db/client.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import { within } from "@/db/process/pause.ts";
import type { Credential } from "@/db/sessions.ts";
import { type Output, readOutputPage } from "@/db/task_output.ts";
import { getTask, type Task } from "@/db/tasks.ts";
import type { TaskFormat } from "@/server/live/formats/format.ts";
import { nextState, type TaskState } from "@/server/live/formats/task_state.ts";
import { Pages } from "@/server/live/pages.ts";
import { Reader } from "@/server/live/reader.ts";
import { rounds } from "@/server/live/rounds.ts";

const PAGE = { rows: 100, bytes: 256 * 1024 };

/** What a reader has: the rows up to `seq`, and what it was told of the task. */
interface Position {
  seq: number;
  told: TaskState | null;
}

const encoder = new TextEncoder();

/** One task, for all who watch it or wait for its end; `unused` is called when nobody does. */
export class TaskLog {
  readonly readers = new Set<Reader>();
  /** Reads the task, and wakes the readers when it has changed. */
  readonly refresh = rounds(() => this.#look());
  state: TaskState | null = null;
  #newest: Output | null = null;
  #waiting = 0;
  readonly #ended = Promise.withResolvers<Task | null>();
  readonly #pages = new Pages<Position>();

  constructor(readonly db: Database, readonly task_id: string, readonly unused: () => void) {}

  watch(seq: number, format: TaskFormat, credential: Credential): ReadableStream<Uint8Array> {
    const reader = new Reader(credential, () => {
      this.readers.delete(reader);
      this.#leave();
    });
    this.readers.add(reader);
    void this.refresh();
    void reader.follow<Position>({ seq, told: null }, (position) => this.#next(position, format));
    return reader.stream;
  }

  async whenEnded(timeout_ms: number): Promise<Task | null> {
    this.#waiting++;
    void this.refresh();
    const task = await within(this.#ended.promise, timeout_ms, () => null);
    this.#waiting--;
    this.#leave();
    return task;
  }

  end(): void {
    for (const reader of this.readers) reader.end();
    this.#ended.resolve(null);
  }

  async #look(): Promise<void> {
    const task = await getTask(this.db, this.task_id);
    if (!task) return this.end();
    const before = this.state;
    const state = this.state = nextState(before, task, performance.now());
    if (hasEnded(task.status)) this.#ended.resolve(task);
    if (before?.key === state.key && before.task.last_seq === task.last_seq) return;
    for (const reader of this.readers) reader.wake();
  }

  async #next(position: Position, format: TaskFormat) {
    const { state } = this;
    const { seq, told } = position;
    if (!state || (told?.key === state.key && seq >= state.task.last_seq)) return null;
    const key = [format.name, seq, told?.key, state.key].join();
    return await this.#pages.get(key, () => this.#read(position, format, state));
  }

  // The state was read before the rows: an ended task has all its rows here or earlier.
  async #read({ seq, told }: Position, format: TaskFormat, state: TaskState) {
    const { last_seq, status } = state.task;
    const previous = this.#newest?.seq === seq ? this.#newest : null;
    const rows = seq < last_seq ? await readOutputPage(this.db, this.task_id, seq, PAGE) : [];
    const upto = rows.at(-1)?.seq ?? Math.max(seq, last_seq);
    const last = hasEnded(status) && upto >= last_seq;
    const frames = await format.frames({ state, told, after: seq, previous, rows, last });
    if (upto >= last_seq) this.#newest = rows.at(-1) ?? previous;
    return { frame: encoder.encode(frames), next: { seq: upto, told: state }, last };
  }

  #leave(): void {
    if (this.readers.size + this.#waiting === 0) this.unused();
  }
}

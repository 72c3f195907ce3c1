import type { Database } from "@/db/client.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import { within } from "@/db/process/pause.ts";
import type { Credential } from "@/db/sessions.ts";
import { type Output, readOutputPage } from "@/db/task_output.ts";
import { getTask, type Task } from "@/db/tasks.ts";
import type { TaskFormat } from "@/server/live/formats/format.ts";
import { nextState, type TaskState } from "@/server/live/formats/task_state.ts";
import { type Found, Pages } from "@/server/live/pages.ts";
import { Reader, toFrame } from "@/server/live/reader.ts";
import { rounds } from "@/server/live/rounds.ts";

const PAGE = { rows: 100, bytes: 256 * 1024 };

/** What a reader has: the rows up to `seq`, and what it was told of the task. */
interface Position {
  seq: number;
  told: TaskState | null;
}

/** One task, for all who watch it or wait for its end; `unused` is called when nobody does. */
export class TaskLog {
  readonly readers = new Map<Reader, TaskFormat>();
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
    this.readers.set(reader, format);
    void this.refresh();
    reader.follow<Position>({ seq, told: null }, (position) => this.#next(position, format));
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
    for (const reader of this.readers.keys()) reader.end();
    this.#ended.resolve(null);
  }

  async #look(): Promise<void> {
    const task = await getTask(this.db, this.task_id);
    if (!task) return this.end();
    const before = this.state;
    const state = this.state = nextState(before, task, performance.now());
    if (hasEnded(task.status)) this.#ended.resolve(task);
    if (before?.version === state.version && before.task.last_seq === task.last_seq) return;
    if (before) await this.#readAhead(before);
    for (const reader of this.readers.keys()) reader.wake();
  }

  /** What nearly all readers take next is read before they are woken. */
  async #readAhead(told: TaskState): Promise<void> {
    const seq = Math.max(told.task.last_seq, this.#newest?.seq ?? 0);
    const formats = [...new Set(this.readers.values())];
    await Promise.all(formats.map((format) => this.#next({ seq, told }, format)));
  }

  #next(position: Position, format: TaskFormat): Found<Position> {
    const { state } = this;
    const { seq, told } = position;
    if (!state || (told?.version === state.version && seq >= state.task.last_seq)) return null;
    const key = `${format.name} ${seq} ${told?.version} ${state.version}`;
    return this.#pages.get(key, () => this.#read(position, format, state));
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
    return { frame: toFrame(frames), next: { seq: upto, told: state }, last };
  }

  #leave(): void {
    if (this.readers.size + this.#waiting === 0) this.unused();
  }
}

import type { Database } from "@/db/client.ts";
import { outputEnds, outputOfMany } from "@/db/tasks/watch.ts";
import { outputFrame } from "@/server/live/formats/json.ts";
import { type Reader, toFrame } from "@/server/live/reader.ts";
import { rounds } from "@/server/live/rounds.ts";
import { Recent } from "@/server/recent.ts";

/** Tasks whose last row is remembered, a thousand times what runs at once. */
const TASKS_KEPT = 10_000;
const PAGE = 200;
/** Sent at once, or one longer frame: a page of long rows would lie in memory for a slow reader. */
const PIECE_CHARS = 64 * 1024;

/** The output of all tasks as it comes. It is not replayed: a slow reader misses some. */
export class OutputFeed {
  readonly readers = new Set<Reader>();
  readonly #last_seqs = new Recent<number>(TASKS_KEPT);
  readonly #changed = new Set<string>();
  /** Tasks that started later are read from their first row. Null: nobody has watched of late. */
  #since: Promise<Date> | null = null;
  readonly #refresh = rounds(() => this.#sendNew());

  constructor(private readonly db: Database) {}

  /** What is written from here on reaches the readers. Null without Postgres. */
  async begin(): Promise<Date | null> {
    this.#since ??= this.#readLastSeqs();
    return await this.#since.catch(() => this.#since = null);
  }

  heard(task_id: string): void {
    if (this.readers.size === 0) {
      this.#since = null;
      return this.#changed.clear();
    }
    this.#changed.add(task_id);
    void this.#refresh();
  }

  async #sendNew(): Promise<boolean> {
    const since = await this.begin();
    if (!since) return false;
    const ids = [...this.#changed];
    this.#changed.clear();
    const wanted = ids.map((task_id) => ({ task_id, seq: this.#last_seqs.get(task_id) ?? null }));
    const rows = await outputOfMany(this.db, wanted, since, PAGE);
    for (const { task_id, seq } of rows) this.#last_seqs.set(task_id, seq);
    const frames = rows.map(({ task_id, ...row }) => outputFrame(task_id, row));
    for (const piece of inPieces(frames)) this.#send(toFrame(piece));
    if (rows.length === PAGE) ids.forEach((task_id) => this.#changed.add(task_id));
    return this.#changed.size > 0;
  }

  #send(frame: Uint8Array): void {
    for (const reader of this.readers) {
      if (reader.hasRoom) reader.send(frame);
    }
  }

  async #readLastSeqs(): Promise<Date> {
    const { since, ends } = await outputEnds(this.db);
    this.#last_seqs.clear();
    for (const { task_id, seq } of ends) this.#last_seqs.set(task_id, seq);
    return since;
  }
}

function inPieces(frames: string[]): string[] {
  const pieces = [""];
  for (const frame of frames) {
    if (pieces.at(-1)!.length + frame.length > PIECE_CHARS) pieces.push("");
    pieces[pieces.length - 1] += frame;
  }
  return pieces;
}

import type { Database } from "@/db/client.ts";
import { outputEnds, outputOfMany } from "@/db/tasks/watch.ts";
import { outputFrame } from "@/server/live/frames.ts";
import { rounds } from "@/server/live/rounds.ts";

/** Tasks whose place is remembered; a thousand times what runs at once. */
const TASKS_KEPT = 10_000;
const PAGE = 200;

const encoder = new TextEncoder();

/** The output of all tasks as it comes, for those who watch everything. Nothing is replayed. */
export class OutputFeed {
  readonly #places = new Map<string, number>();
  readonly #dirty = new Set<string>();
  #since: Date | null = null;
  readonly #round = rounds(() => this.#read());

  constructor(
    private readonly db: Database,
    private readonly wanted: () => boolean,
    private readonly say: (frame: Uint8Array) => void,
  ) {}

  /** Something about this task changed. */
  heard(task_id: string): void {
    if (!this.wanted()) return void (this.#since = null);
    this.#dirty.add(task_id);
    this.#round();
  }

  async #read(): Promise<boolean> {
    this.#since ??= await this.#begin();
    const ids = [...this.#dirty];
    this.#dirty.clear();
    const wanted = ids.map((task_id) => ({ task_id, seq: this.#places.get(task_id) ?? 0 }));
    const rows = await outputOfMany(this.db, wanted, this.#since, PAGE);
    for (const { task_id, ...row } of rows) {
      this.#remember(task_id, row.seq);
      this.say(encoder.encode(outputFrame(task_id, row)));
    }
    if (rows.length === PAGE) { for (const id of ids) this.#dirty.add(id); }
    return this.#dirty.size > 0;
  }

  /** Where the tasks stand that run already: what they said before is in their logs. */
  async #begin(): Promise<Date> {
    const now = new Date();
    this.#places.clear();
    for (const { task_id, seq } of await outputEnds(this.db)) this.#places.set(task_id, seq);
    return now;
  }

  #remember(task_id: string, seq: number): void {
    this.#places.delete(task_id); // to the end of the order in which they are forgotten
    this.#places.set(task_id, seq);
    if (this.#places.size > TASKS_KEPT) this.#places.delete(this.#places.keys().next().value!);
  }
}

import type { Database } from "@/db/client.ts";
import { outputOfMany, outputPlaces } from "@/db/tasks/watch.ts";
import { outputFrame } from "@/server/live/frames.ts";
import { rounds } from "@/server/live/rounds.ts";

/** Tasks whose place is remembered; a thousand times what runs at once. */
const TASKS_KEPT = 10_000;
const PAGE = 200;
/** Between `begin` and the first reader's arrival. */
const ARRIVAL_MS = 10_000;

const encoder = new TextEncoder();

/** The output of all tasks as it comes, for those who watch everything. Nothing is replayed. */
export class OutputFeed {
  readonly #places = new Map<string, number>();
  readonly #dirty = new Set<string>();
  /** Null: nobody has watched since the last look. */
  #since: Promise<Date> | null = null;
  #begun_at = -Infinity;
  readonly #round = rounds(() => this.#read());

  constructor(
    private readonly db: Database,
    private readonly wanted: () => boolean,
    private readonly say: (frame: Uint8Array) => void,
  ) {}

  /** What is said from here on reaches those who watch, or come to watch within seconds. */
  async begin(): Promise<void> {
    this.#begun_at = performance.now();
    this.#since ??= this.#standBy();
    await this.#since.catch(() => this.#since = null); // without Postgres, at the first change
  }

  /** Something about this task changed. */
  heard(task_id: string): void {
    this.#dirty.add(task_id);
    if (this.wanted()) this.#round();
    else if (performance.now() - this.#begun_at > ARRIVAL_MS) this.#forget();
  }

  #forget(): void {
    this.#since = null;
    this.#dirty.clear();
  }

  async #read(): Promise<boolean> {
    await this.begin();
    const since = await this.#since;
    if (!since) return false;
    const ids = [...this.#dirty];
    this.#dirty.clear();
    const wanted = ids.map((task_id) => ({ task_id, seq: this.#places.get(task_id) ?? null }));
    const rows = await outputOfMany(this.db, wanted, since, PAGE);
    for (const { task_id, ...row } of rows) {
      this.#remember(task_id, row.seq);
      this.say(encoder.encode(outputFrame(task_id, row)));
    }
    if (rows.length === PAGE) { for (const id of ids) this.#dirty.add(id); }
    return this.#dirty.size > 0;
  }

  /** Where the tasks stand that run already: what they said before is in their logs. */
  async #standBy(): Promise<Date> {
    const { since, ends } = await outputPlaces(this.db);
    this.#places.clear();
    for (const { task_id, seq } of ends) this.#places.set(task_id, seq);
    return since;
  }

  #remember(task_id: string, seq: number): void {
    this.#places.delete(task_id); // to the end of the order in which they are forgotten
    this.#places.set(task_id, seq);
    if (this.#places.size > TASKS_KEPT) this.#places.delete(this.#places.keys().next().value!);
  }
}

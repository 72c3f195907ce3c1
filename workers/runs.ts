import { newId } from "@/db/ids.ts";

export type EndReason = "stop" | "release" | "lost";

/** From before its task is claimed until nothing of it is left. */
export interface ActiveRun {
  readonly task_id: string;
  /** Made before the task is claimed, so that a claim is never unknown here. */
  readonly claim_id: string;
  end_reason: EndReason | null;
  readonly ending: AbortSignal;
  end(reason: EndReason): void;
  send: ((message: string, input_id: string) => void) | null;
  readonly done: Promise<void>;
}

export class Runs {
  readonly #active = new Map<string, ActiveRun>();
  readonly #sends = new Set<Promise<void>>();
  #closed: PromiseWithResolvers<void> | null = null;
  #over = false;
  worker_id: string;

  constructor(worker_id: string) {
    this.worker_id = worker_id;
  }

  get(task_id: string): ActiveRun | undefined {
    return this.#active.get(task_id);
  }

  task_ids(): string[] {
    return [...this.#active.keys()];
  }

  holds(claim_id: string): boolean {
    return [...this.#active.values()].some((run) => run.claim_id === claim_id);
  }

  /** Nothing new begins until `open`: this worker has no lease. */
  close(): void {
    if (!this.#over) this.#closed ??= Promise.withResolvers();
  }

  open(): void {
    this.#closed?.resolve();
    this.#closed = null;
  }

  /** Nothing new begins any more, not even what waits for a lease. */
  stop(): void {
    this.#over = true;
    this.open();
  }

  get idle(): boolean {
    return this.#active.size === 0 && this.#sends.size === 0;
  }

  /** Each call has a time limit. */
  async sent(): Promise<void> {
    await Promise.all(this.#sends);
  }

  /** Waits while there is no lease. */
  async send(work: () => Promise<void>): Promise<void> {
    if (!await this.#mayBegin()) return;
    const sending = work();
    const settled = sending.catch(() => {});
    this.#sends.add(settled);
    try {
      await sending;
    } finally {
      this.#sends.delete(settled);
    }
  }

  async #mayBegin(): Promise<boolean> {
    while (this.#closed) await this.#closed.promise;
    return !this.#over;
  }

  async endAll(reason: EndReason): Promise<void> {
    const runs = [...this.#active.values()];
    for (const run of runs) run.end(reason);
    await Promise.all(runs.map((run) => run.done));
  }

  /** Does nothing when the task is worked on here already. */
  async hold(task_id: string, work: (run: ActiveRun) => Promise<void>): Promise<void> {
    if (!await this.#mayBegin() || this.#active.has(task_id)) return;
    const done = Promise.withResolvers<void>();
    const run = activeRun(task_id, done.promise);
    this.#active.set(task_id, run);
    try {
      await work(run);
    } finally {
      this.#active.delete(task_id);
      done.resolve();
    }
  }
}

function activeRun(task_id: string, done: Promise<void>): ActiveRun {
  const ending = new AbortController();
  return {
    task_id,
    claim_id: newId(),
    end_reason: null,
    ending: ending.signal,
    send: null,
    done,
    end(reason) {
      this.end_reason ??= reason;
      ending.abort(this.end_reason);
    },
  };
}

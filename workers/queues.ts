import { getLogger } from "@logtape/logtape";
import type { Job, PgBoss } from "pg-boss";
import { createBoss, type QueueName } from "@/db/queue.ts";
import { isReady, untilReady } from "@/workers/claude/slots.ts";
import { followFlow } from "@/workers/follow_flow.ts";
import { lookAtRepository } from "@/workers/look_at_repository.ts";
import { runTask } from "@/workers/run_task.ts";
import { sendChange } from "@/workers/send_change.ts";
import { sendReply } from "@/workers/send_reply.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "queue"]);

interface Nudge {
  id: string;
}
interface Work {
  handler: (worker: Worker, id: string, slot: number) => Promise<void>;
  slots: (worker: Worker) => number;
  /** Null when a job may begin in the slot; else what to wait for. */
  notReady: (worker: Worker, slot: number, closing: AbortSignal) => Promise<void> | null;
}

const JOBS: Record<QueueName, Work> = {
  run_task: { handler: runTask, slots: (worker) => worker.slots, notReady: slotNotReady },
  send_reply: { handler: sendReply, slots: () => 2, notReady: () => null },
  send_change: { handler: sendChange, slots: () => 1, notReady: () => null },
  follow_flow: { handler: followFlow, slots: () => 1, notReady: () => null },
  look_at_repository: { handler: lookAtRepository, slots: () => 1, notReady: () => null },
};

function slotNotReady({ claude: { isolation } }: Worker, slot: number, closing: AbortSignal) {
  return isReady(isolation, slot) ? null : untilReady(isolation, slot, closing);
}

const POLLING = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 2 };

function logFailure(error: unknown): void {
  log.error("a slot could not be opened: {error}", { error });
}

export class Queues {
  readonly #worker: Worker;
  readonly #boss: PgBoss;
  readonly #busy = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#boss = createBoss(worker.db, { work: true });
    this.#boss.on("error", (error) => log.warn("the queue: {error}", { error }));
  }

  async open(): Promise<void> {
    await this.#boss.start();
  }

  async work(): Promise<void> {
    for (const [queue, work] of Object.entries(JOBS)) {
      for (let slot = 0; slot < work.slots(this.#worker); slot++) {
        const not_ready = work.notReady(this.#worker, slot, this.#closing.signal);
        const begin = () => this.#workIn(queue, work, slot);
        // A slot that cannot be had now keeps no other waiting.
        if (not_ready) void not_ready.then(begin).catch(logFailure);
        else await begin();
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#boss.stop({ graceful: false, close: false });
  }

  async settled(): Promise<void> {
    await Promise.all(this.#busy);
  }

  async #workIn(queue: string, work: Work, slot: number): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const options = { ...POLLING, batchSize: 1 };
    const id: string = await this.#boss.work<Nudge>(queue, options, async (jobs) => {
      try {
        for (const job of jobs) await this.#attempt(job, work, slot);
      } finally {
        // Otherwise this slot waits a whole polling interval although more is queued.
        this.#boss.notifyWorker(id);
      }
    });
  }

  // A job that failed is not tried again: its row brings it back.
  async #attempt(job: Job<Nudge>, work: Work, slot: number): Promise<void> {
    const attempt = this.#workOn(job, work, slot).catch((error) => {
      log.error("{queue} {id}: {error}", { queue: job.name, id: job.data.id, error });
    });
    this.#busy.add(attempt);
    await attempt;
    this.#busy.delete(attempt);
  }

  /** The slot takes no other job before it is ready again. */
  async #workOn({ data: { id } }: Job<Nudge>, work: Work, slot: number): Promise<void> {
    const closing = this.#closing.signal;
    if (closing.aborted) return;
    await work.handler(this.#worker, id, slot)
      .finally(() => work.notReady(this.#worker, slot, closing));
  }
}

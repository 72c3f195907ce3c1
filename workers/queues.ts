import { getLogger } from "@logtape/logtape";
import type { Job, PgBoss } from "pg-boss";
import { createBoss, type QueueName } from "@/db/queue.ts";
import { runTask } from "@/workers/run_task.ts";
import { sendReply } from "@/workers/send_reply.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "queue"]);

interface Nudge {
  id: string;
}
type Handler = (worker: Worker, id: string, place: number) => Promise<void>;

/** Every job of ours: the queue, what works on it, and how many at once. A new one is a line here. */
const JOBS: Record<QueueName, { handler: Handler; places: (worker: Worker) => number }> = {
  run_task: { handler: runTask, places: (worker) => worker.slots },
  send_reply: { handler: sendReply, places: () => 2 },
};

const POLLING = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 2 };

/** The jobs of this process: one pg-boss worker per place, woken by NOTIFY. */
export class Queues {
  readonly #worker: Worker;
  readonly #boss: PgBoss;
  readonly #busy = new Set<Promise<void>>();
  #closed = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#boss = createBoss(worker.db, { work: true });
    this.#boss.on("error", (error) => log.warn("the queue: {error}", { error }));
  }

  async open(): Promise<void> {
    await this.#boss.start();
  }

  /** Starts to work on all queues. */
  async work(): Promise<void> {
    for (const [queue, { handler, places }] of Object.entries(JOBS)) {
      for (let place = 0; place < places(this.#worker); place++) {
        await this.#workAt(queue, handler, place);
      }
    }
  }

  /** No job begins any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#boss.stop({ graceful: false, close: false });
  }

  /** Resolves when the jobs under way have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#busy);
  }

  async #workAt(queue: string, handler: Handler, place: number): Promise<void> {
    const options = { ...POLLING, batchSize: 1 };
    const id: string = await this.#boss.work<Nudge>(queue, options, async (jobs) => {
      try {
        for (const job of jobs) await this.#attempt(job, handler, place);
      } finally {
        // Otherwise this place waits a whole polling interval although more is queued.
        this.#boss.notifyWorker(id);
      }
    });
  }

  // The row is the truth: a job that failed has no retry of its own, the row's backstop brings it
  // back, and so it does with one that pg-boss was fetching when it was stopped.
  async #attempt(job: Job<Nudge>, handler: Handler, place: number): Promise<void> {
    if (this.#closed) return;
    const work = handler(this.#worker, job.data.id, place).catch((error) => {
      log.error("{queue} {id}: {error}", { queue: job.name, id: job.data.id, error });
    });
    this.#busy.add(work);
    await work;
    this.#busy.delete(work);
  }
}

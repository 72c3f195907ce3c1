import { getLogger } from "@logtape/logtape";
import type { Job, PgBoss } from "pg-boss";
import type { QueueName } from "@/db/queue.ts";
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

/** Starts to work on all queues: one pg-boss worker per place, woken by NOTIFY. */
export async function workOnQueues(worker: Worker, boss: PgBoss): Promise<void> {
  for (const [queue, { handler, places }] of Object.entries(JOBS)) {
    for (let place = 0; place < places(worker); place++) {
      await workAt(worker, boss, queue, handler, place);
    }
  }
}

async function workAt(
  worker: Worker,
  boss: PgBoss,
  queue: string,
  handler: Handler,
  place: number,
): Promise<void> {
  const id: string = await boss.work<Nudge>(queue, { ...POLLING, batchSize: 1 }, async (jobs) => {
    try {
      for (const job of jobs) await attempt(worker, job, handler, place);
    } finally {
      // Otherwise this place waits a whole polling interval although more is queued.
      boss.notifyWorker(id);
    }
  });
}

// The row is the truth: a job that failed has no retry of its own, the row's backstop brings it back.
async function attempt(worker: Worker, job: Job<Nudge>, handler: Handler, place: number) {
  try {
    await handler(worker, job.data.id, place);
  } catch (error) {
    log.error("{queue} {id}: {error}", { queue: job.name, id: job.data.id, error });
  }
}

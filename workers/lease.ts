import { getLogger } from "@logtape/logtape";
import { newId } from "@/db/ids.ts";
import { endLease, heartbeat, type MachineReport, registerWorker } from "@/db/machines.ts";
import { nudgeReplies } from "@/db/replies.ts";
import { nudgeForgotten, reclaimTasks, releaseUnknown } from "@/db/tasks/reclaim.ts";
import { LEASE_TIMES } from "@/workers/lease_times.ts";
import { obey } from "@/workers/commands.ts";
import { pauseFor } from "@/workers/persist.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "lease"]);

export interface LeaseOptions {
  heartbeat_ms: number;
  /** Shorter than the lease: when another worker may take our tasks, nothing of them lives. */
  silence_ms: number;
  /** Hears that the lease of `worker_id` is alive, by a beat that began at that time. */
  onSignOfLife(worker_id: string, since_ms: number): void;
}

const DEFAULTS: LeaseOptions = { ...LEASE_TIMES, onSignOfLife() {} };

/**
 * Keeps this worker's lease, looks after what nobody else does (tasks of silent workers, lost
 * nudges), and ends all runs when Postgres has been out of reach for too long. Runs until
 * `stopping` fires, then ends the lease.
 */
export async function keepLease(
  worker: Worker,
  report: MachineReport,
  stopping: AbortSignal,
  options: Partial<LeaseOptions> = {},
): Promise<void> {
  const { heartbeat_ms, silence_ms, onSignOfLife } = { ...DEFAULTS, ...options };
  let heard = performance.now();
  while (!stopping.aborted) {
    const asked = performance.now();
    const beat = beatAndSweep(worker, report, onSignOfLife);
    // A connection that hangs is as silent as one that fails.
    if (await settlesWithin(beat, silence_ms - (asked - heard))) heard = asked;
    else if (performance.now() - heard >= silence_ms) {
      await loseAll(worker);
      heard = performance.now();
    }
    await pauseFor(heartbeat_ms, stopping);
  }
}

/** True when it succeeded in time. */
async function settlesWithin(work: Promise<void>, ms: number): Promise<boolean> {
  const limit = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => limit.resolve(false), Math.max(0, ms));
  const done = work.then(() => true, (error) => {
    log.warn("no sign of life could be given: {error}", { error });
    return false;
  });
  try {
    return await Promise.race([done, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function loseAll(worker: Worker): Promise<void> {
  const tasks = worker.runs.task_ids();
  if (tasks.length === 0) return;
  log.error("Postgres is out of reach: {count} runs are ended", { count: tasks.length });
  await worker.runs.endAll("lost");
}

async function beatAndSweep(
  worker: Worker,
  report: MachineReport,
  onSignOfLife: LeaseOptions["onSignOfLife"],
): Promise<void> {
  const { db, runs } = worker;
  const since_ms = Date.now();
  const [load] = Deno.loadavg();
  if (!await heartbeat(db, runs.worker_id, load)) await beginAnew(worker, report);
  onSignOfLife(runs.worker_id, since_ms);
  await obey(worker);
  await releaseUnknown(db, runs.worker_id, runs.task_ids());
  const lost = await reclaimTasks(db);
  if (lost.length > 0) log.warn("took over from silent workers: {lost}", { lost });
  await nudgeForgotten(db);
  await nudgeReplies(db);
}

/** The lease ran out: what we ran is somebody else's now. We go on under a new name. */
async function beginAnew(worker: Worker, report: MachineReport): Promise<void> {
  log.warn("the lease ran out; this worker begins anew");
  await worker.runs.endAll("lost");
  const worker_id = newId();
  await registerWorker(worker.db, { worker_id, pid: Deno.pid }, report);
  worker.runs.worker_id = worker_id;
}

/** Gives the lease up at once, so that nobody has to wait for it to run out. */
export async function giveUpLease(worker: Worker): Promise<void> {
  await endLease(worker.db, worker.runs.worker_id).catch((error) =>
    log.warn("the lease runs out by itself: {error}", { error })
  );
}

import { getLogger } from "@logtape/logtape";
import { connect, type Database } from "@/db/client.ts";
import { giveUpLostCommits } from "@/db/changes/lost.ts";
import { nudgeLooks } from "@/db/repositories.ts";
import { nudgeNews } from "@/db/flow_news.ts";
import { newId } from "@/db/ids.ts";
import { endWorkers, heartbeat, type MachineReport, registerWorker } from "@/db/machines.ts";
import { nudgeReplies, reclaimReplies } from "@/db/replies/sending.ts";
import { giveBackUnheld, nudgeForgotten, reclaimTasks } from "@/db/tasks/reclaim.ts";
import { within } from "@/db/process/pause.ts";
import { applySignals } from "@/workers/signals.ts";
import { now } from "@/workers/guard/silence.ts";
import { LEASE_TIMES } from "@/workers/lease_times.ts";
import { Outage } from "@/workers/outage.ts";
import { pauseFor } from "@/workers/persist.ts";
import { sendDueChanges } from "@/workers/send_change.ts";
import { Silence, type Silent } from "@/workers/silence.ts";
import { tendWaitingPlans } from "@/workers/waiting_plans.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "lease"]);

export interface LeaseOptions {
  heartbeat_ms: number;
  /** Shorter than the lease: when another worker may take our tasks, nothing of them lives. */
  silence_ms: number;
  onSignOfLife(worker_id: string, since_ms: number): void;
  /** With all ids that may have left something here, before and after a change. */
  onWorkerIds(worker_ids: string[]): Promise<void>;
}

const DEFAULTS: LeaseOptions = {
  heartbeat_ms: LEASE_TIMES.heartbeat_ms,
  silence_ms: LEASE_TIMES.silence_ms,
  onSignOfLife: () => {},
  onWorkerIds: () => Promise.resolve(),
};

/** Also looks after lost work, and ends all runs when it was silent too long. */
export async function keepLease(
  worker: Worker,
  report: MachineReport,
  stopping: AbortSignal,
  options: Partial<LeaseOptions> = {},
): Promise<void> {
  const settings = { ...DEFAULTS, ...options };
  await Promise.all([
    keepBeating(worker, report, stopping, settings),
    keepLooking(worker, stopping, settings.heartbeat_ms),
  ]);
}

/** On a connection of its own: nothing else may delay a sign. */
async function keepBeating(
  worker: Worker,
  report: MachineReport,
  stopping: AbortSignal,
  settings: LeaseOptions,
): Promise<void> {
  const { heartbeat_ms, silence_ms } = settings;
  const silence = new Silence(silence_ms, (silent) => void loseAll(worker, silent));
  const outage = new Outage(log, "No sign of life can be given");
  let db = connectOnce(worker);
  while (!stopping.aborted) {
    const asked = now();
    try {
      const is_held = await beat(db, worker, heartbeat_ms);
      outage.over();
      if (!is_held) await registerAgain(worker, report, settings, silence.paused_ms);
      silence.heard(asked);
      worker.runs.open();
      settings.onSignOfLife(worker.runs.worker_id, asked.wall_ms);
    } catch (error) {
      outage.failed(error);
      void db.close();
      db = connectOnce(worker);
    }
    await pauseFor(heartbeat_ms, stopping);
  }
  silence.stop();
  await db.close();
}

const connectOnce = ({ db }: Worker): Database =>
  connect(db.url, { max: 1, application_name: "lease" });

const load = (): number => Deno.loadavg()[0];

/** A connection that hangs is as silent as a broken one. */
function beat(db: Database, { runs }: Worker, ms: number) {
  return within(heartbeat(db, runs.worker_id, load()), ms, () => {
    throw new Error(`no answer for ${ms} ms`);
  });
}

async function loseAll(worker: Worker, { silent_ms, paused_ms }: Silent): Promise<void> {
  worker.runs.close();
  const count = worker.runs.task_ids().length;
  log.warn("{why}: {count} runs are ended", { why: whySilent(silent_ms, paused_ms), count });
  await worker.runs.endAll("lost");
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

function whySilent(silent_ms: number, paused_ms: number): string {
  return paused_ms > 0
    ? `this worker was paused for ${seconds(paused_ms)}`
    : `Postgres has been out of reach for ${seconds(silent_ms)}`;
}

/** The lease ran out: what we ran is somebody else's now. We go on under a new name. */
async function registerAgain(
  worker: Worker,
  report: MachineReport,
  { onWorkerIds }: LeaseOptions,
  paused_ms: number,
): Promise<void> {
  const why = paused_ms > 0 ? `this worker was paused for ${seconds(paused_ms)}; ` : "";
  log.warn("{why}the lease ran out, and this worker begins anew", { why });
  worker.runs.close();
  await worker.runs.endAll("lost");
  // What is on its way cannot be found by its marker yet.
  await worker.runs.sent();
  const before = worker.runs.worker_id;
  const worker_id = newId();
  await onWorkerIds([before, worker_id]);
  await registerWorker(worker.db, { worker_id, pid: Deno.pid }, report);
  worker.runs.worker_id = worker_id;
  await endWorkers(worker.db, [before]);
  await onWorkerIds([worker_id]);
}

async function keepLooking(worker: Worker, stopping: AbortSignal, every_ms: number): Promise<void> {
  const outage = new Outage(log, "Nobody looks after lost work");
  while (!stopping.aborted) {
    try {
      await lookAfter(worker);
      outage.over();
    } catch (error) {
      outage.failed(error);
    }
    await pauseFor(every_ms, stopping);
  }
}

/** A row that one of them stumbles over must not keep the next from its work. */
async function lookAfter(worker: Worker): Promise<void> {
  const { db, runs } = worker;
  const looks = [
    () => applySignals(worker),
    () => giveBackUnheld(db, runs.worker_id, (claim_id) => runs.holds(claim_id)),
    () => reclaimTasks(db),
    () => reclaimReplies(db),
    () => nudgeForgotten(db),
    () => nudgeReplies(db),
    () => nudgeNews(db),
    () => nudgeLooks(db),
    () => sendDueChanges(worker),
    () => giveUpLostCommits(db),
    () => tendWaitingPlans(worker),
  ];
  const errors: unknown[] = [];
  for (const look of looks) {
    const found = await look().catch((error) => void errors.push(error));
    if (found && found.length > 0) log.warn("took back what nobody works on: {found}", { found });
  }
  if (errors.length > 0) throw errors[0];
}

/** Not while something is under way: another worker must not begin the same. */
export async function giveUpLease(
  { db, runs }: Worker,
  onWorkerIds: LeaseOptions["onWorkerIds"],
): Promise<void> {
  if (!runs.idle) return log.warn("the lease runs out by itself: not all runs have ended");
  try {
    await endWorkers(db, [runs.worker_id]);
    await onWorkerIds([]);
  } catch (error) {
    log.warn("the lease runs out by itself: {error}", { error });
  }
}

// deno-lint-ignore-file no-console -- a main: it prints
import { getLogger } from "@logtape/logtape";
import { connect, type Database } from "@/db/client.ts";
import { checkConnections, workerConnections, workerPool } from "@/db/connections.ts";
import { newId } from "@/db/ids.ts";
import { endWorkers, type MachineReport, registerWorker } from "@/db/machines.ts";
import { shareSecrets } from "@/db/held_secrets/share.ts";
import { NewerDatabaseError } from "@/db/migrate.ts";
import { migrateWhenThere } from "@/db/migrate_when_there.ts";
import { liveUntilStopped } from "@/db/process/lifecycle.ts";
import { configureLogging } from "@/db/process/logging.ts";
import { HeldSecrets } from "@/db/process/held_secrets.ts";
import { whenAskedToStop } from "@/db/process/stopping.ts";
import { IsolationError } from "@/workers/claude/isolation.ts";
import { slotsEverUsed } from "@/workers/claude/slots_used.ts";
import { CliError } from "@/workers/claude/locate.ts";
import { sweepRuns } from "@/workers/claude/process_tree.ts";
import { followSignals } from "@/workers/signals.ts";
import { ConfigError, loadConfig, type WorkerConfig } from "@/workers/config.ts";
import { keepGuard, type RunGuard } from "@/workers/guard/keep_guard.ts";
import { LEASE_TIMES } from "@/workers/lease_times.ts";
import { giveUpLease, keepLease } from "@/workers/lease.ts";
import { persist } from "@/workers/persist.ts";
import { startPruning } from "@/workers/prune.ts";
import { startLearning } from "@/workers/learn.ts";
import { Queues } from "@/workers/queues.ts";
import { lockMachine, type MachineLock } from "@/workers/run/lock.ts";
import { createWorker } from "@/workers/start.ts";
import type { Runs } from "@/workers/runs.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "worker"]);

const NOT_HELPED = [ConfigError, CliError, IsolationError, NewerDatabaseError];

/** A CLI gets 2 s to tell what it cost, and its task is given back then. */
const RUNS = { patience_ms: 8_000 };

/** Whether an isolation holds is tried to the end. */
const SEARCH = { patience_ms: 9_000 };

if (import.meta.main) {
  try {
    const config = loadConfig();
    const held = new HeldSecrets(config.secrets);
    configureLogging(config.log, held.redactor);
    for (const warning of config.warnings) log.warn(warning);
    await work(config, held, whenAskedToStop(Deno.args.includes("--supervised")));
    Deno.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    // sysexits.h EX_CONFIG: the supervisor does not start it again.
    Deno.exit(NOT_HELPED.some((kind) => error instanceof kind) ? 78 : 1);
  }
}

async function work(
  config: WorkerConfig,
  held: HeldSecrets,
  stopping: AbortSignal,
): Promise<void> {
  await liveUntilStopped(stopping, async (step) => {
    const worker_id = newId();
    const url = config.database_url.reveal();
    const slots = config.max_concurrent_tasks;
    const share = (db: Database) => persist(() => shareSecrets(db, config, held), stopping);
    const lock = await step(
      "worker.lock",
      () => lockMachine(config.data_dir, worker_id),
      (lock) => lock.release(),
    );
    const used_slots = await step(
      "the slots ever used",
      () => slotsEverUsed(config.data_dir, slots),
    );
    await step("what a dead worker runs", () => endRunsLeft(lock, used_slots));
    await step("the database's tables", () => migrateWhenThere(url, stopping));
    const db = await step(
      "the connections",
      () => connect(url, { max: workerPool(slots), application_name: "worker" }),
      (db) => db.close(),
    );
    await step(
      "room in Postgres",
      () => checkConnections(db, workerConnections(slots), "MAX_CONCURRENT_TASKS"),
    );
    await step("the secrets of all", () => share(db), (end) => end());
    const guard = await step(
      "the guard",
      () => startGuard(config, used_slots),
      (guard) => guard.stop(),
    );
    await step("what a dead worker held", () => {
      return persist(() => giveBackLeft(db, lock, worker_id), stopping);
    });
    const { worker, report } = await step(
      "the CLI and its isolation",
      () => createWorker(config, db, worker_id, held, stopping),
      ({ worker }) => Promise.all([worker.claude.warm?.stop(), worker.spares.stop()]),
      SEARCH,
    );
    await step(
      "the lease",
      () => persist(() => register(worker, report, guard), stopping),
      () => giveUpLease(worker, lock.remember),
    );
    await step("the signs of life", () => beating(worker, report, guard, lock), (end) => end());
    await step("stops and messages", () => followSignals(worker), (end) => end());
    const queues = await step("the jobs", () => new Queues(worker), (queues) => queues.settled());
    await step("the runs", () => worker.runs, (runs) => endRuns(runs), RUNS);
    await step("the queues", () => queues.open(), () => queues.close());
    await step("the sandboxes", () => prepareSandboxes(worker));
    await step("the slots", () => queues.work());
    await step("old rows and folders", () => startPruning(worker), (end) => end());
    await step("what providers tell", () => startLearning(worker), (end) => end());
    console.log(readyLine(report));
  });
}

function startGuard({ program_env: env, log }: WorkerConfig, slots: number): RunGuard {
  return keepGuard({ silence_ms: LEASE_TIMES.guard_ms, env, log_json: log.json, slots });
}

async function register(worker: Worker, report: MachineReport, guard: RunGuard): Promise<void> {
  const { worker_id } = worker.runs;
  const since_ms = Date.now();
  await registerWorker(worker.db, { worker_id, pid: Deno.pid }, report);
  guard.alive(worker_id, since_ms);
}

/** The lease stays alive while its runs are ended. */
function beating(
  worker: Worker,
  report: MachineReport,
  guard: RunGuard,
  lock: MachineLock,
): () => Promise<void> {
  const over = new AbortController();
  const ended = keepLease(worker, report, over.signal, {
    onSignOfLife: guard.alive,
    onWorkerIds: lock.remember,
  });
  return () => {
    over.abort();
    return ended;
  };
}

async function endRuns(runs: Runs): Promise<void> {
  runs.stop();
  await runs.endAll("release");
}

function prepareSandboxes({ slots, claude }: Worker): void {
  for (let slot = 0; slot < slots; slot++) claude.warm?.prepare(slot);
}

async function endRunsLeft({ left }: MachineLock, slots: number): Promise<void> {
  const runs = await sweepRuns((run_id) => left.some((id) => run_id.startsWith(`${id}.`)), slots);
  if (runs.length > 0) log.warn("ended what a dead worker had left: {runs}", { runs });
}

/** Until that is done, whoever starts next has to know of them too. */
async function giveBackLeft(db: Database, lock: MachineLock, worker_id: string): Promise<void> {
  const { tasks, replies } = await endWorkers(db, lock.left);
  if (tasks + replies > 0) {
    log.info("gave back {tasks} tasks and {replies} replies of dead workers", { tasks, replies });
  }
  await lock.remember([worker_id]);
}

function readyLine(report: MachineReport): string {
  const signed_in = report.logged_in ? ", signed in" : `. ${report.login_hint?.replace(/\.$/, "")}`;
  return `worker ready: Claude Code ${report.cli_version}${signed_in}; ` +
    `isolation ${report.isolation} (${report.isolation_reason}); ${report.slots} at once`;
}

// deno-lint-ignore-file no-console -- a main: it prints
import { getLogger } from "@logtape/logtape";
import { connect, type Database } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { endWorkers, registerWorker } from "@/db/machines.ts";
import { migrate } from "@/db/migrate.ts";
import { configureLogging } from "@/db/process/logging.ts";
import { secretsIn } from "@/db/process/secret.ts";
import { whenAskedToStop } from "@/db/process/stopping.ts";
import { createBoss } from "@/db/queue.ts";
import { IsolationError } from "@/workers/claude/isolation.ts";
import { CliError } from "@/workers/claude/locate.ts";
import { sweepRuns } from "@/workers/claude/process_tree.ts";
import { followCommands } from "@/workers/commands.ts";
import { ConfigError, loadConfig, type WorkerConfig } from "@/workers/config.ts";
import { giveUpLease, keepLease } from "@/workers/lease.ts";
import { startPruning } from "@/workers/prune.ts";
import { startLearning } from "@/workers/learn.ts";
import { workOnQueues } from "@/workers/queues.ts";
import { lockMachine, type MachineLock } from "@/workers/run/lock.ts";
import { createWorker } from "@/workers/start.ts";

const log = getLogger(["agent", "worker"]);

/** What only a person can put right, by a setting. */
const WRONG_SETTINGS = [ConfigError, CliError, IsolationError];

if (import.meta.main) {
  try {
    const config = loadConfig();
    configureLogging(config.log, secretsIn(config));
    for (const warning of config.warnings) log.warn(warning);
    await work(config, whenAskedToStop(Deno.args.includes("--supervised")));
    Deno.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    // sysexits.h EX_CONFIG: the supervisor does not start a wrong configuration again.
    Deno.exit(WRONG_SETTINGS.some((kind) => error instanceof kind) ? 78 : 1);
  }
}

/** The worker process, from its start until `stopping` fires and everything of it has ended. */
async function work(config: WorkerConfig, stopping: AbortSignal): Promise<void> {
  const worker_id = newId();
  const lock = await lockMachine(config.data_dir, worker_id);
  const url = config.database_url.reveal();
  await migrate(url);
  const db = connect(url, { max: config.max_concurrent_tasks + 8, application_name: "worker" });
  await giveBackLeft(db, lock);
  await lock.remember([worker_id]);
  const { worker, report } = await createWorker(config, db, worker_id);
  await registerWorker(db, { worker_id, pid: Deno.pid }, report);
  const onWorkerIds = lock.remember;
  const lease = keepLease(worker, report, stopping, { onWorkerIds });
  const stopFollowing = await followCommands(worker);
  const boss = createBoss(db, { work: true });
  boss.on("error", (error) => log.warn("the queue: {error}", { error }));
  await boss.start();
  for (let slot = 0; slot < worker.slots; slot++) worker.claude.warm?.prepare(slot);
  await workOnQueues(worker, boss);
  const stopPruning = startPruning(worker);
  const stopLearning = startLearning(worker);
  console.log(readyLine(report));

  await new Promise((resolve) => stopping.addEventListener("abort", resolve));
  stopPruning();
  stopLearning();
  await boss.stop({ graceful: false, close: false });
  await worker.runs.endAll("release");
  await worker.claude.warm?.stop();
  await lease;
  await giveUpLease(worker);
  await stopFollowing();
  await db.close();
  await lock.release();
}

/** Ends what workers left that died here without a word: CLIs, leases, tasks, replies. */
async function giveBackLeft(db: Database, { left }: MachineLock): Promise<void> {
  const runs = await sweepRuns((run_id) => left.some((id) => run_id.startsWith(`${id}.`)));
  if (runs.length > 0) log.warn("ended what a dead worker had left: {runs}", { runs });
  const { tasks, replies } = await endWorkers(db, left);
  if (tasks + replies > 0) {
    log.info("gave back {tasks} tasks and {replies} replies of a dead worker", { tasks, replies });
  }
}

/** One line that says whether work can be done here, and what to do if not. */
function readyLine(report: Awaited<ReturnType<typeof createWorker>>["report"]): string {
  const signed_in = report.logged_in ? ", signed in" : `. ${report.login_hint?.replace(/\.$/, "")}`;
  return `worker ready: Claude Code ${report.cli_version}${signed_in}; ` +
    `isolation ${report.isolation} (${report.isolation_reason}); ${report.slots} at once`;
}

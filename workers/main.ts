// deno-lint-ignore-file no-console -- a main: it prints
import { getLogger } from "@logtape/logtape";
import { connect } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { endLease, registerWorker } from "@/db/machines.ts";
import { shareSecrets } from "@/db/held_secrets/share.ts";
import { migrate } from "@/db/migrate.ts";
import { configureLogging } from "@/db/process/logging.ts";
import { HeldSecrets } from "@/db/process/held_secrets.ts";
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
import { lockMachine } from "@/workers/run/lock.ts";
import { createWorker } from "@/workers/start.ts";

const log = getLogger(["agent", "worker"]);

/** What only a person can put right, by a setting. */
const WRONG_SETTINGS = [ConfigError, CliError, IsolationError];

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
    // sysexits.h EX_CONFIG: the supervisor does not start a wrong configuration again.
    Deno.exit(WRONG_SETTINGS.some((kind) => error instanceof kind) ? 78 : 1);
  }
}

/** The worker process, from its start until `stopping` fires and everything of it has ended. */
async function work(
  config: WorkerConfig,
  held: HeldSecrets,
  stopping: AbortSignal,
): Promise<void> {
  const worker_id = newId();
  const lock = await lockMachine(config.data_dir, worker_id);
  const url = config.database_url.reveal();
  await migrate(url);
  const db = connect(url, { max: config.max_concurrent_tasks + 8, application_name: "worker" });
  if (lock.died) await bury(db, lock.died);
  const stopSharing = await shareSecrets(db, config, held);
  const { worker, report } = await createWorker(config, db, worker_id, held);
  await registerWorker(db, { worker_id, pid: Deno.pid }, report);
  const lease = keepLease(worker, report, stopping);
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
  await stopSharing();
  await db.close();
  await lock.release();
}

/** Ends what a worker left that died here without a word: its CLIs and its lease. */
async function bury(db: ReturnType<typeof connect>, worker_id: string): Promise<void> {
  const left = await sweepRuns((run_id) => run_id.startsWith(`${worker_id}.`));
  if (left.length > 0) log.warn("ended what a dead worker had left: {left}", { left });
  await endLease(db, worker_id);
}

/** One line that says whether work can be done here, and what to do if not. */
function readyLine(report: Awaited<ReturnType<typeof createWorker>>["report"]): string {
  const signed_in = report.logged_in ? ", signed in" : `. ${report.login_hint?.replace(/\.$/, "")}`;
  return `worker ready: Claude Code ${report.cli_version}${signed_in}; ` +
    `isolation ${report.isolation} (${report.isolation_reason}); ${report.slots} at once`;
}

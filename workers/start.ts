import { join } from "node:path";
import type { Database } from "@/db/client.ts";
import { HeldSecrets } from "@/db/process/held_secrets.ts";
import { revealAll } from "@/db/process/secret.ts";
import { createSeal, forwardSecret } from "@/db/process/seal.ts";
import type { MachineReport } from "@/db/machines.ts";
import { Assets } from "@/workers/claude/assets.ts";
import { cliLogin, locateCli } from "@/workers/claude/locate.ts";
import { hiddenName } from "@/workers/claude/folders.ts";
import { byUidAlone, detectIsolation } from "@/workers/claude/isolation.ts";
import { slotsEverUsed } from "@/workers/claude/slots_used.ts";
import { limitsSaid } from "@/workers/claude/resources.ts";
import { cleanSlots } from "@/workers/claude/slots.ts";
import { clearWarm, WarmSandboxes } from "@/workers/claude/warm.ts";
import { PROJECT_DIR, type WorkerConfig } from "@/workers/config.ts";
import { Spares } from "@/workers/workspace/spares.ts";
import { Runs } from "@/workers/runs.ts";
import type { Worker } from "@/workers/worker.ts";
import { cloneUrlsOf, connectionsOf, ownNamesOf } from "@/workers/start/connections.ts";

const MOST_OUTPUT_BYTES = 256 * 1024 * 1024;
const ACKNOWLEDGE_AFTER_SECONDS = 20;
/** Of what a run changes, where no setting names somebody. */
const DEFAULT_AUTHOR = { name: "Claude Code Agent", email: "agent@localhost" };

/** Throws, naming the setting to change, and when `stopping` cuts the search short. */
export async function createWorker(
  config: WorkerConfig,
  db: Database,
  worker_id: string,
  held: HeldSecrets = new HeldSecrets(config.secrets),
  stopping?: AbortSignal,
): Promise<{ worker: Worker; report: MachineReport }> {
  const { version, ...found } = await findCli(config, stopping);
  const claude = { ...found, ...await claudeFolders(config) };
  const login = await cliLogin(claude, stopping);
  const runs = new Runs(worker_id);
  const runs_dir = await runsFolder(config);
  const slots = await slotsEverUsed(config.data_dir, config.max_concurrent_tasks);
  await cleanSlots(claude.isolation, slots, runs_dir);
  const warm = new WarmSandboxes(claude, runs_dir, () => runs.worker_id);
  const worker: Worker = {
    db,
    machine_id: config.machine_id,
    data_dir: config.data_dir,
    runs_dir,
    runFolder: (task_id) =>
      byUidAlone(claude.isolation) ? hiddenName(config.secret_key.reveal(), task_id) : task_id,
    runs,
    slots: config.max_concurrent_tasks,
    claude: { ...claude, warm },
    spares: new Spares(),
    isolation_setting: config.claude.isolation,
    limits: { ...config.limits, max_output_bytes: MOST_OUTPUT_BYTES },
    connections: connectionsOf(config, (token) => held.minted(token)),
    own_names: ownNamesOf(config),
    clone_urls: cloneUrlsOf(config),
    public_url: config.public_url,
    command_prefix: config.command_prefix,
    committer: {
      author: {
        name: config.git.author_name ?? DEFAULT_AUTHOR.name,
        email: config.git.author_email ?? DEFAULT_AUTHOR.email,
      },
      signing_key: config.git.signing_key?.reveal() ?? null,
    },
    seal: createSeal(config.secret_key.reveal()),
    forwardSecret: (webhook_id) => forwardSecret(config.secret_key.reveal(), webhook_id),
    forward_hosts: config.forward_hosts,
    redactor: held.redactor,
    acknowledge_after_seconds: ACKNOWLEDGE_AFTER_SECONDS,
  };
  return { worker, report: reportOf(worker, version, login) };
}

async function findCli({ claude }: WorkerConfig, stopping?: AbortSignal) {
  const found = [
    locateCli(claude.bin, claude.search_path, stopping),
    detectIsolation(claude.isolation),
  ] as const;
  await Promise.allSettled(found); // neither goes on when the other has failed
  const [{ cli_bin, version }, isolation] = await Promise.all(found);
  return {
    cli_bin,
    version,
    isolation,
    credentials: revealAll(claude.credentials),
    agent_env: revealAll(claude.agent_env),
    resources: claude.resources,
    contained: claude.contained,
  };
}

async function claudeFolders({ data_dir }: WorkerConfig) {
  const assets = new Assets(join(PROJECT_DIR, ".claude"), join(data_dir, "assets"));
  await assets.clear();
  // The project's own folder may hold a `.env`.
  return { assets, hide: [data_dir, PROJECT_DIR] };
}

// Run folders belong to the uid of their slot, which has to get as far as here.
async function runsFolder({ data_dir }: WorkerConfig): Promise<string> {
  const runs_dir = join(data_dir, "runs");
  await Deno.mkdir(runs_dir, { recursive: true });
  await Deno.chmod(runs_dir, 0o711);
  await clearWarm(runs_dir);
  return runs_dir;
}

function reportOf(
  { machine_id, slots, claude: { isolation, resources } }: Worker,
  cli_version: string,
  { logged_in, hint }: Awaited<ReturnType<typeof cliLogin>>,
): MachineReport {
  return {
    machine_id,
    cli_version,
    logged_in,
    login_hint: hint,
    isolation: isolation.kind,
    isolation_reason: `${isolation.reason}; ${limitsSaid(isolation, resources)}`,
    slots,
  };
}

import { connect } from "@/db/client.ts";
import { embeddedConnections } from "@/db/connections.ts";
import type { EmbeddedError } from "@/db/embedded.ts";
import type { Step } from "@/db/process/lifecycle.ts";
import { adminTokenMac } from "@/db/process/seal.ts";
import type { Secret } from "@/db/process/secret.ts";
import { createSignInLink } from "@/db/sessions.ts";
import type { StartConfig } from "@/server/config.ts";
import { keepRunning } from "./child.ts";
import { watchEmbedded } from "./database.ts";
import { childEnvironment } from "./environment.ts";
import { lockDataDir, StartError } from "./lock.ts";
import { checkPort } from "./port.ts";
import { within } from "@/db/process/pause.ts";
import { isHealthy, watchForWorker } from "./ready.ts";
import { ensureSecret } from "./secrets.ts";

/** What follows `deno run`. */
export interface Programs {
  server: string[];
  worker: string[];
}

export interface Machine {
  admin_token: string;
  /** Resolves when a process exits over its settings. */
  refused: Promise<void>;
  /** Resolves when the data of the embedded Postgres is gone. */
  lost: Promise<EmbeddedError>;
  healthy(patience_ms: number, over: AbortSignal): Promise<boolean>;
  /** What the worker says about the CLI; null when it is not ready in time. */
  worker(patience_ms: number, over: AbortSignal): Promise<string | null>;
  signInUrl(): Promise<string>;
  kill(): void;
}

/** Postgres may have much to read or to write, and stop only when it is asked harder. */
const POSTGRES = { patience_ms: 60_000 };
/** They are killed before that. */
const CHILDREN = { patience_ms: 30_000 };

/** Starts Postgres, unless DATABASE_URL is set, server and worker. Throws StartError, EmbeddedError. */
export async function startMachine(
  step: Step,
  config: StartConfig,
  programs: Programs,
  print: (line: string) => void,
  stopping: AbortSignal,
): Promise<Machine> {
  await step("DATA_DIR", () => makeDataDir(config.data_dir));
  await step(
    "start.lock",
    () => lockDataDir(config.data_dir, config.public_url),
    (lock) => lock[Symbol.dispose](),
  );
  await step("PORT", () => checkPort(config.host, config.port));
  const secrets = await step("the secrets", () => secretFiles(config));
  const admin_token = await step(
    "the admin's token",
    () => secretOf(config.admin_token, secrets.ADMIN_TOKEN_FILE),
  );
  const secret_key = await step(
    "the secret key",
    () => secretOf(config.secret_key, secrets.SECRET_KEY_FILE),
  );
  const admin_token_mac = adminTokenMac(secret_key, admin_token);
  const { url: database_url, lost } = await database(step, config, stopping);
  const workerWatch = watchForWorker(print);
  const decided = {
    ...secrets,
    ...(config.database_url ? {} : { DATABASE_URL: database_url }),
    DATA_DIR: config.data_dir,
    LOG_JSON: String(config.log.json), // they cannot see whether we have a terminal
  };
  const run = (name: "server" | "worker", onLine: (line: string) => void) =>
    keepRunning(
      { name, args: programs[name], env: childEnvironment(name, config.env, decided) },
      onLine,
    );
  const children = await step(
    "server and worker",
    () => [run("worker", workerWatch.onLine), run("server", print)],
    (children) => Promise.all(children.map((child) => child.stop())),
    CHILDREN,
  );
  return {
    admin_token,
    refused: Promise.race(children.map((child) => child.refused)),
    lost,
    healthy: (patience_ms, over) => isHealthy(config.local_url, patience_ms, over),
    worker: (patience_ms, over) =>
      within<string | null>(workerWatch.ready, patience_ms, () => null, over),
    signInUrl: () => newSignInUrl(database_url, config.public_url, admin_token_mac),
    kill: () => children.forEach((child) => child.kill()),
  };
}

async function database(step: Step, config: StartConfig, signal: AbortSignal) {
  const { database_url, data_dir, max_concurrent_tasks } = config;
  if (database_url) return { url: database_url.reveal(), lost: new Promise<never>(() => {}) };
  const max_connections = embeddedConnections(max_concurrent_tasks);
  return await step(
    "Postgres",
    () => watchEmbedded(data_dir, { max_connections, signal }),
    (postgres) => postgres.stop(),
    POSTGRES,
  );
}

// 0711: runs under uids of their own pass through to DATA_DIR/runs; secrets in here are 0600.
async function makeDataDir(data_dir: string): Promise<void> {
  try {
    await Deno.mkdir(data_dir, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw new StartError(
      `DATA_DIR (${data_dir}) cannot be used: ${(error as Error).message}. ` +
        "It must be a folder that this user may write to.",
    );
  }
}

async function secretFiles({ data_dir, admin_token, secret_key }: StartConfig) {
  return {
    ...(admin_token ? {} : { ADMIN_TOKEN_FILE: await ensureSecret(data_dir, "admin_token") }),
    ...(secret_key ? {} : { SECRET_KEY_FILE: await ensureSecret(data_dir, "secret_key") }),
  };
}

const secretOf = async (setting: Secret | null, file: string | undefined): Promise<string> =>
  setting?.reveal() ?? (await Deno.readTextFile(file!)).trim();

async function newSignInUrl(
  database_url: string,
  public_url: string,
  admin_token_mac: string | null,
): Promise<string> {
  const db = connect(database_url, { max: 1 });
  try {
    const token = await createSignInLink(db, { role: "admin", minutes: 15, admin_token_mac });
    return `${public_url}/sign-in/link?token=${encodeURIComponent(token)}`;
  } finally {
    await db.close();
  }
}

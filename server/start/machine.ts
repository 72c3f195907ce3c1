import { connect } from "@/db/client.ts";
import { createSignInLink } from "@/db/sessions.ts";
import type { StartConfig } from "@/server/config.ts";
import { keepRunning, type Program } from "./child.ts";
import { watchEmbedded } from "./database.ts";
import { childEnvironment } from "./environment.ts";
import { lockDataDir, StartError } from "./lock.ts";
import { checkPort } from "./port.ts";
import { isHealthy, watchForWorker, within } from "./ready.ts";
import { ensureSecret } from "./secrets.ts";

/** The programs that make up the machine, as they follow `deno run`. */
export interface Programs {
  server: string[];
  worker: string[];
}

export interface Machine {
  admin_token: string;
  /** Resolves when a process says that its settings are wrong. */
  refused: Promise<void>;
  /** Whether the server answers that it is healthy, within the time. */
  healthy(patience_ms: number, over: AbortSignal): Promise<boolean>;
  /** What the worker said about the CLI, once it is ready; null when it is not in time. */
  worker(patience_ms: number, over: AbortSignal): Promise<string | null>;
  /** A new single-use link for an admin, good for 15 minutes. */
  signInUrl(): Promise<string>;
  /** Worker and server, then Postgres. */
  stop(): Promise<void>;
  /** Makes a stop that is under way a short one. */
  kill(): void;
}

/**
 * Brings up Postgres, unless there is a DATABASE_URL, and both processes. What they print goes to
 * `print`. Throws StartError and EmbeddedError; nothing is left running then.
 */
export async function startMachine(
  config: StartConfig,
  programs: Programs,
  print: (line: string) => void,
): Promise<Machine> {
  await makeDataDir(config.data_dir);
  using held = new DisposableStack();
  held.use(await lockDataDir(config.data_dir, config.public_url));
  checkPort(config.host, config.port);
  const secrets = await secretFiles(config);
  const admin_token = config.admin_token?.reveal() ??
    (await Deno.readTextFile(secrets.ADMIN_TOKEN_FILE!)).trim();
  const postgres = config.database_url ? null : await watchEmbedded(config.data_dir);
  const database_url = config.database_url?.reveal() ?? postgres!.url;

  const decided = {
    ...secrets,
    ...(postgres ? { DATABASE_URL: postgres.url } : {}),
    DATA_DIR: config.data_dir,
    LOG_JSON: String(config.log.json), // they cannot see whether we have a terminal
  };
  const program = (name: "server" | "worker"): Program => (
    { name, args: programs[name], env: childEnvironment(name, config.env, decided) }
  );
  const workerWatch = watchForWorker(print);
  const children = [
    keepRunning(program("worker"), workerWatch.onLine),
    keepRunning(program("server"), print),
  ];
  const lock = held.move();
  return {
    admin_token,
    refused: Promise.race(children.map((child) => child.refused)),
    healthy: (patience_ms, over) => isHealthy(config.local_url, patience_ms, over),
    worker: (patience_ms, over) => within(workerWatch.ready, patience_ms, over),
    signInUrl: () => newSignInUrl(database_url, config.public_url),
    kill: () => children.forEach((child) => child.kill()),
    stop: async () => {
      await Promise.all(children.map((child) => child.stop()));
      await postgres?.stop();
      lock.dispose();
    },
  };
}

// 0711: a run of the CLI under a uid of its own must be able to walk to DATA_DIR/runs/<task>. What
// is secret in here is 0600 or 0700 itself.
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

async function newSignInUrl(database_url: string, public_url: string): Promise<string> {
  const db = connect(database_url, { max: 1 });
  try {
    const token = await createSignInLink(db, { role: "admin", minutes: 15 });
    return `${public_url}/sign-in/link?token=${encodeURIComponent(token)}`;
  } finally {
    await db.close();
  }
}

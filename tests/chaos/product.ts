/** The whole product, as `deno task start` runs it, in a folder of its own. */
import { join } from "node:path";
import { accounts, makeSecrets, webhooks } from "@/server/demo/settings.ts";
import { type Outside, startOutside } from "@/tests/chaos/outside.ts";
import { found } from "@/tests/chaos/patience.ts";
import { isAlive, ourProcesses, type Ours, type Role, signal } from "@/tests/chaos/processes.ts";
import { type SecondWorker, startSecondWorker } from "@/tests/chaos/second_worker.ts";

const PROJECT_DIR = join(import.meta.dirname!, "..", "..");
export const SLOTS = 3;
export const ADMIN_TOKEN = "the-admin-token-of-the-chaos";
/** Nobody listens there: repositories are not what is tried here. */
const NOWHERE = "http://127.0.0.1:1";

export interface Product extends AsyncDisposable {
  url: string;
  data_dir: string;
  secrets: Record<string, string>;
  outside: Outside;
  /** Starts the supervisor, which has ended. Does not wait until it is ready. */
  start(): void;
  supervisor(): number;
  processes(): Ours[];
  /** The one process of that role; null when there is none. */
  one(role: Role): Ours | null;
  /** Resolves once the supervisor is gone; false when it does not go. */
  ended(patience_ms: number): Promise<boolean>;
  /** A worker on another machine, until the round is over. */
  startSecond(): Promise<SecondWorker>;
  /** Leaves the folder for somebody to look at. */
  keep(): void;
}

export interface ProductOptions {
  /** By default what `startOutside` makes. Ends with the product. */
  outside?: Outside;
  /** Settings beside, or instead of, those of the chaos. */
  env?: Record<string, string>;
}

/** Makes the folder and what is outside, and starts the supervisor. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const outside = options.outside ?? await startOutside();
  const folder = await Deno.makeTempDir({ prefix: "agent-chaos-" });
  await Deno.chmod(folder, 0o711); // a CLI under a uid of its own must reach its folder in there
  const data_dir = join(folder, "data");
  const port = freePort();
  const secrets = makeSecrets();
  const own = { DATA_DIR: data_dir, PORT: String(port), ...options.env };
  const env = { ...settings(outside, secrets), ...own };
  let child = spawn(env, folder);
  let is_kept = false;
  const data_dirs = [data_dir];
  const processes = () => ourProcesses({ data_dirs, model_url: outside.model.url });
  const ended = async (patience_ms: number) =>
    await found(() => isAlive(child.pid) ? null : true, patience_ms) !== null;
  return {
    url: `http://127.0.0.1:${port}`,
    data_dir,
    secrets,
    outside,
    processes,
    ended,
    start: () => void (child = spawn(env, folder)),
    supervisor: () => child.pid,
    one: (role) => processes().find((one) => one.role === role) ?? null,
    startSecond: async () => {
      const worker = processes().find((one) => one.role === "worker");
      if (!worker) throw new Error("there is no worker to take the settings from");
      const second_dir = await Deno.makeTempDir({ dir: folder, prefix: "second-" });
      await Deno.chmod(second_dir, 0o711);
      data_dirs.push(second_dir);
      return await startSecondWorker(worker, second_dir, join(folder, "second.log"));
    },
    keep: () => void (is_kept = true),
    async [Symbol.asyncDispose]() {
      signal(child.pid, "SIGTERM");
      if (!await ended(30_000)) signal(child.pid, "SIGKILL");
      for (const { pid } of processes()) signal(pid, "SIGKILL");
      await found(() => processes().length === 0 ? true : null, 5_000);
      await outside[Symbol.asyncDispose]();
      if (!is_kept) await Deno.remove(folder, { recursive: true });
    },
  };
}

function settings(outside: Outside, secrets: Record<string, string>): Record<string, string> {
  const inherited = ["PATH", "HOME", "TMPDIR", "DENO_DIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(inherited),
    ...webhooks(secrets),
    ...accounts(outside.services.url),
    ENV_FILE: "/dev/null", // nobody's tokens
    ADMIN_TOKEN,
    MAX_CONCURRENT_TASKS: String(SLOTS),
    COMMANDS_PER_HOUR: "0",
    ANTHROPIC_API_KEY: "sk-chaos-key",
    ANTHROPIC_BASE_URL: outside.model.url,
    GITHUB_TOKEN: "a-token-of-the-chaos",
    GITHUB_API_URL: outside.github.url,
    GITHUB_URL: NOWHERE,
    LOG_JSON: "true",
  };
}

// Its own file, not a pipe of ours: it must be able to write whatever becomes of us.
function spawn(env: Record<string, string>, folder: string): Deno.ChildProcess {
  const args = ["run", "-A", "--cached-only", "--no-check", "server/start.ts"];
  return new Deno.Command("/bin/sh", {
    args: ["-c", 'exec "$@" >>"$0" 2>&1', join(folder, "product.log"), Deno.execPath(), ...args],
    cwd: PROJECT_DIR,
    env,
    clearEnv: true,
    detached: true, // a Ctrl-C is for us: we take everything down in order
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

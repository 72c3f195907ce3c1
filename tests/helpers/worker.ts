import { join } from "node:path";
import { readLines } from "@/db/process/lines.ts";

const MAIN = join(import.meta.dirname!, "..", "..", "workers", "main.ts");

export interface WorkerProcess {
  readonly pid: number;
  readonly data_dir: string;
  /** The line that said it was ready. */
  readonly ready: string;
  /** What it wrote to standard error so far. */
  log(): string;
  kill(signal: Deno.Signal): Promise<Deno.CommandStatus>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface WorkerOptions {
  database_url: string;
  /** Address of the scripted model. */
  model_url: string;
  data_dir?: string;
  env?: Record<string, string>;
  /** What starts it, such as `containerArgv`. */
  within?: string[];
}

/** Starts a real worker process and waits until it is ready. Throws with its log when it ends. */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const data_dir = options.data_dir ?? await Deno.makeTempDir({ prefix: "worker-" });
  const child = command(options, data_dir).spawn();
  let log = "";
  const logged = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) log += text;
  })();
  const ready = await readyLine(child.stdout);
  if (!ready) {
    await Promise.all([child.status, logged]);
    throw new Error(`the worker ended before it was ready:\n${log}`);
  }
  let ended: Promise<Deno.CommandStatus> | null = null;
  const kill = (signal: Deno.Signal) => {
    if (!ended) child.kill(signal);
    return ended ??= Promise.all([child.status, logged]).then(([status]) => status);
  };
  return {
    pid: child.pid,
    data_dir,
    ready,
    log: () => log,
    kill,
    async [Symbol.asyncDispose]() {
      await kill("SIGTERM");
      if (!options.data_dir) await Deno.remove(data_dir, { recursive: true });
    },
  };
}

function command(options: WorkerOptions, data_dir: string): Deno.Command {
  const deno = [Deno.execPath(), "run", "-A", "--cached-only", "--no-check", MAIN];
  const [program, ...args] = [...options.within ?? [], ...deno];
  return new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...inherited(), ...workerEnv(options), DATA_DIR: data_dir },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Starts a worker process that ends by itself; how, and what it wrote to standard error. */
export async function runWorkerToEnd(
  options: WorkerOptions,
): Promise<{ code: number; log: string }> {
  const data_dir = await Deno.makeTempDir({ prefix: "worker-" });
  const { code, stderr } = await command(options, data_dir).output();
  await Deno.remove(data_dir, { recursive: true });
  return { code, log: new TextDecoder().decode(stderr) };
}

/** The settings of a worker of a test. */
export function workerEnv(options: WorkerOptions): Record<string, string> {
  return {
    DATABASE_URL: options.database_url,
    SECRET_KEY: "a secret key of a test",
    MACHINE_ID: "test-machine",
    MAX_CONCURRENT_TASKS: "2",
    ANTHROPIC_API_KEY: "sk-scripted-key",
    ANTHROPIC_BASE_URL: options.model_url,
    LOG_JSON: "true",
    ...options.env,
  };
}

function inherited(): Record<string, string> {
  // ENV_FILE: nobody's tokens, see tests/run.ts.
  const names = ["PATH", "HOME", "TMPDIR", "DENO_DIR", "ENV_FILE"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function readyLine(stdout: Deno.ChildProcess["stdout"]): Promise<string | null> {
  const found = Promise.withResolvers<string | null>();
  void (async () => {
    for await (const line of readLines(stdout)) {
      if (line.startsWith("worker ready")) found.resolve(line);
    }
    found.resolve(null);
  })();
  return await found.promise;
}

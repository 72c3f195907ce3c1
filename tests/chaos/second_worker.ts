import { join } from "node:path";
import { found } from "@/tests/chaos/patience.ts";
import { isAlive, type Process, signal } from "@/tests/chaos/processes.ts";

const PROJECT_DIR = join(import.meta.dirname!, "..", "..");
const READY_PATIENCE_MS = 30_000;
const STOP_PATIENCE_MS = 30_000;

export interface SecondWorker {
  pid: number;
  /** False when it did not go and had to be killed. */
  stop(): Promise<boolean>;
}

/** Starts a worker with the settings of the first, as another machine with a folder of its own. */
export async function startSecondWorker(
  first: Process,
  data_dir: string,
  log: string,
): Promise<SecondWorker> {
  const entries = first.environment.split("\0").filter(Boolean).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  const env = { ...Object.fromEntries(entries), DATA_DIR: data_dir, MACHINE_ID: "second" };
  const args = ["run", "-A", "--cached-only", "--no-check", "workers/main.ts"];
  const printed = () => Deno.readTextFile(log).catch(() => ""); // there is none yet
  const before = await printed();
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'exec "$@" >>"$0" 2>&1', log, Deno.execPath(), ...args],
    cwd: PROJECT_DIR,
    env,
    clearEnv: true,
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const is_ready = async () =>
    (await printed()).slice(before.length).includes("worker ready") || null;
  await found(is_ready, READY_PATIENCE_MS);
  return {
    pid: child.pid,
    async stop() {
      signal(child.pid, "SIGTERM");
      if (await found(() => isAlive(child.pid) ? null : true, STOP_PATIENCE_MS)) return true;
      signal(child.pid, "SIGKILL");
      return false;
    },
  };
}

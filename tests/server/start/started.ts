import assert from "node:assert/strict";
import { kill } from "node:process";
import { join } from "node:path";
import { until } from "@/db/embedded/postmaster.ts";

/** A supervisor under test, as its terminal sees it. */
export interface Started {
  /** All that it has printed so far, to both outputs. */
  printed(): string;
  /** Resolves when that has been printed, or rejects when it ended without. */
  saw(text: string | RegExp): Promise<void>;
  /** Sends a signal; one that comes too late is no error. */
  signal(name: Deno.Signal): void;
  ended: Promise<number>;
}

const SCRIPT = new URL("./stand_in_start.ts", import.meta.url).pathname;
const REAL_SCRIPT = new URL("../../../server/start.ts", import.meta.url).pathname;

/** Starts the stand-in machine in that folder. Further arguments go to its worker. */
export function start(data_dir: string, env: Record<string, string> = {}, args: string[] = []) {
  const command = [Deno.execPath(), "run", "-A", "--cached-only", SCRIPT, ...args];
  return watch(spawn(command, { DATA_DIR: data_dir, ...env }));
}

/** `deno task start` itself, once a signal no longer ends it at once. */
export async function startReal(data_dir: string): Promise<Started> {
  const command = [Deno.execPath(), "run", "-A", "--cached-only", "--no-check", REAL_SCRIPT];
  const process = spawn(command, { DATA_DIR: data_dir, PORT: String(freePort()) });
  await eventually("its ears for SIGTERM", async () => {
    const status = await Deno.readTextFile(`/proc/${process.pid}/status`);
    const caught = BigInt(`0x${status.match(/^SigCgt:\s+(\w+)/m)![1]}`);
    return (caught >> 14n & 1n) === 1n;
  });
  return watch(process);
}

/** `deno task demo` itself. */
export function startDemo(data_dir: string): Started {
  const command = [Deno.execPath(), "run", "-A", "--cached-only", "--no-check", REAL_SCRIPT];
  const env = { DATA_DIR: data_dir, PORT: String(freePort()), LOG_JSON: "true" };
  return watch(spawn([...command, "--demo"], env));
}

/** The same below a process that is called npm and, like it, ends on SIGTERM without a word. */
export function startThroughNpm(data_dir: string, env: Record<string, string>) {
  const script = `exec -a "npm exec deno" bash -c '"$@" & wait' bash "$@"`;
  const command = ["bash", "-c", script, "bash", Deno.execPath(), "run", "-A", "--cached-only"];
  return watch(spawn([...command, SCRIPT], { DATA_DIR: data_dir, ...env }));
}

function spawn([command, ...args]: string[], env: Record<string, string>): Deno.ChildProcess {
  return new Deno.Command(command, { args, env, stdin: "null", stdout: "piped", stderr: "piped" })
    .spawn();
}

function watch(process: Deno.ChildProcess): Started {
  let printed = "";
  const waiting = new Set<() => void>();
  const read = async (stream: Deno.ChildProcess["stdout"]) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      printed += text;
      for (const look of waiting) look();
    }
  };
  const all = Promise.all([process.status, read(process.stdout), read(process.stderr)]);
  const ended = all.then(([status]) => status.code);
  const saw = (text: string | RegExp) => {
    const found = Promise.withResolvers<void>();
    const look = () => {
      if (typeof text === "string" ? printed.includes(text) : text.test(printed)) found.resolve();
    };
    waiting.add(look);
    look();
    ended.then(() => found.reject(new Error(`ended without printing ${text}:\n${printed}`)));
    return found.promise.finally(() => waiting.delete(look));
  };
  const signal = (name: Deno.Signal) => {
    try {
      process.kill(name);
    } catch { /* it has ended */ }
  };
  return { printed: () => printed, saw, signal, ended };
}

/** What a stand-in wrote down about itself. */
export async function note(data_dir: string, name: "server" | "worker") {
  return JSON.parse(await Deno.readTextFile(join(data_dir, `${name}.json`))) as {
    pid: number;
    env: Record<string, string>;
  };
}

/** The postmaster's pid of that folder. */
export async function postgresPid(data_dir: string): Promise<number> {
  const text = await Deno.readTextFile(join(data_dir, "pgdata", "postmaster.pid"));
  return Number(text.split("\n")[0]);
}

/** What runs on a folder: command lines of all whose command line or working folder names it. */
export async function runningIn(data_dir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    const folder = await Deno.readLink(`/proc/${name}/cwd`).catch(() => "");
    if (line !== "" && [line, folder].some((text) => text.includes(data_dir))) {
      found.push(`${name} ${line.replaceAll("\0", " ")}`);
    }
  }
  return found;
}

/** Resolves when it is true; fails the test after ten seconds. */
export async function eventually(what: string, isTrue: () => boolean | Promise<boolean>) {
  assert.ok(await until(isTrue, 60_000), `waited in vain: ${what}`);
}

export function isAlive(pid: number): boolean {
  try {
    kill(pid, 0);
    return !Deno.readTextFileSync(`/proc/${pid}/stat`).includes(") Z ");
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

export function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

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

/** Starts the stand-in machine on a free port, in that folder. */
export function start(data_dir: string, env: Record<string, string> = {}, args: string[] = []) {
  const script = new URL("./stand_in_start.ts", import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", script, ...args],
    env: { DATA_DIR: data_dir, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return watch(process);
}

function watch(process: Deno.ChildProcess): Started {
  let printed = "";
  const waiting = new Set<() => void>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
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

/** Resolves when it is true; fails the test after ten seconds. */
export async function eventually(what: string, isTrue: () => boolean | Promise<boolean>) {
  assert.ok(await until(isTrue, 10_000), `waited in vain: ${what}`);
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

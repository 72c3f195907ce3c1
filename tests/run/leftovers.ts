import { readlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@/db/embedded/postmaster.ts";

const PREFIX = "agent-test-";

export interface RunFolder {
  path: string;
  remove(): Promise<void>;
}

/** A fresh folder with `tmp/` in it, locked for as long as this process lives. */
export async function makeRunFolder(): Promise<RunFolder> {
  const path = await Deno.makeTempDir({ prefix: PREFIX });
  await Deno.mkdir(join(path, "tmp"));
  await Deno.chmod(path, 0o711); // a CLI under a uid of its own must reach its folder in there
  await Deno.chmod(join(path, "tmp"), 0o711);
  await Deno.writeTextFile(join(path, "env"), "");
  const lock = await Deno.open(join(path, "lock"), { create: true, write: true });
  await lock.lock(true);
  return { path, remove: () => Deno.remove(path, { recursive: true }) };
}

/** Takes down what a run that was killed could not: its processes and its folder. */
export async function clearOldRuns(own: RunFolder): Promise<void> {
  for await (const entry of Deno.readDir(tmpdir())) {
    const path = join(tmpdir(), entry.name);
    if (!entry.name.startsWith(PREFIX) || path === own.path || !await isAbandoned(path)) continue;
    await endLeftovers(path, [Deno.pid]);
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    using lock = await Deno.open(join(path, "lock"), { write: true });
    return await lock.tryLock(true);
  } catch {
    return false; // not ours, or just being made
  }
}

/**
 * Ends every process that has the folder in its command line, environment or working folder,
 * except those named and their children. Returns a line for each. Linux only: elsewhere none.
 */
export async function endLeftovers(folder: string, except: number[]): Promise<string[]> {
  if (Deno.build.os !== "linux") return [];
  const gone = async () => (await findLeftovers(folder, except)).length === 0;
  await until(gone, 2_000); // what a test has just told to end may take a moment
  const left = await findLeftovers(folder, except);
  for (const { pid } of left) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch { /* gone by now */ }
  }
  await until(gone, 5_000);
  return left.map(({ pid, line }) => `${pid} ${line}`);
}

/** Every living process that shows the folder in one of these, but those named and their children. */
export async function findLeftovers(folder: string, except: number[]) {
  const found: { pid: number; line: string }[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const pid = Number(name);
    if (!pid || except.includes(pid) || except.includes(await parentOf(pid))) continue;
    const line = await read(`/proc/${pid}/cmdline`);
    if (line === "") continue; // a kernel thread or a zombie
    const traces = [line, await read(`/proc/${pid}/environ`), await cwdOf(pid)];
    if (traces.some((trace) => trace.includes(folder))) {
      found.push({ pid, line: line.replaceAll("\0", " ").slice(0, 200) });
    }
  }
  return found;
}

async function parentOf(pid: number): Promise<number> {
  return Number((await read(`/proc/${pid}/status`)).match(/^PPid:\s+(\d+)/m)?.[1] ?? -1);
}

const read = (path: string) => Deno.readTextFile(path).catch(() => "");
const cwdOf = (pid: number) => readlink(`/proc/${pid}/cwd`).catch(() => "");

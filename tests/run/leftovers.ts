import { readlink } from "node:fs/promises";
import { until } from "@/db/embedded/postmaster.ts";

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

import { readlink } from "node:fs/promises";
import type { Place } from "./place.ts";
import { isPostmaster, until } from "./postmaster.ts";

/** Each would finish its statement first, and keep a new postmaster out until then. Linux only. */
export async function endOrphans(place: Place): Promise<void> {
  if (Deno.build.os !== "linux") return;
  const here = await backendsIn(place);
  if (here.some((pid) => isPostmaster(pid, place))) return; // a server that runs: not ours to end
  for (const pid of here) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch { /* it has just ended */ }
  }
  await until(async () => (await backendsIn(place)).length === 0, 5_000);
}

// By working folder and program: their command line has become "postgres: checkpointer" and so on.
async function backendsIn(place: Place): Promise<number[]> {
  const pids = (await Array.fromAsync(Deno.readDir("/proc"))).map(({ name }) => Number(name));
  const links = await Promise.all(
    pids.filter((pid) => pid > 0).map(async (pid) => {
      const [folder, program] = await Promise.all([link(pid, "cwd"), link(pid, "exe")]);
      return { pid, is_one: folder === place.pgdata && /\/postgres( \(deleted\))?$/.test(program) };
    }),
  );
  return links.filter(({ is_one }) => is_one).map(({ pid }) => pid);
}

const link = (pid: number, name: string) => readlink(`/proc/${pid}/${name}`).catch(() => "");

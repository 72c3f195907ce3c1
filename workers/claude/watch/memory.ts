import type { Process } from "@/workers/claude/process_tree/processes.ts";

/** Shared memory counts for each process; when that is too much, the kernel is asked. */
export function memoryKb(processes: Process[], limit_kb: number): number {
  const sum = processes.reduce((kb, { memory_kb }) => kb + memory_kb, 0);
  if (sum <= limit_kb) return sum;
  return processes.reduce((kb, { pid, memory_kb }) => kb + (partOf(pid) ?? memory_kb), 0);
}

/** Null where another uid's memory is not ours to look into, or the process has ended. */
function partOf(pid: number): number | null {
  try {
    const rollup = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    const kb = (name: string) =>
      Number(rollup.match(new RegExp(`^${name}:\\s+(\\d+) kB`, "m"))?.[1] ?? NaN);
    const part = kb("Pss_Anon") + kb("Pss_Shmem");
    return Number.isNaN(part) ? null : part;
  } catch {
    return null;
  }
}

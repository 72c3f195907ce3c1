import type { Isolation } from "@/workers/claude/isolation/types.ts";

export interface ResourceLimits {
  /** Threads count as well where the kernel counts. */
  max_processes: number;
  max_memory_mb: number;
  max_disk_mb: number;
}

export const MB = 1024 * 1024;

/** Since Linux 5.14 a user namespace has an account of its own for RLIMIT_NPROC. */
export function countsByNamespace(release: string): boolean {
  const [major, minor] = release.split(".").map((part) => parseInt(part));
  return major > 5 || (major === 5 && minor >= 14);
}

export function kernelCounts({ kind }: Pick<Isolation, "kind">, release = Deno.osRelease()) {
  return kind === "uid" || (kind === "namespace" && countsByNamespace(release));
}

/** `processes`: whether the kernel counts those of the run alone. */
export function prlimit(limits: ResourceLimits, processes: boolean): string[] {
  const bytes = limits.max_disk_mb * MB;
  const { max_processes } = limits;
  return [
    "prlimit",
    ...(processes ? [`--nproc=${max_processes}:${max_processes}`] : []),
    `--fsize=${bytes}:${bytes}`,
    "--core=0:0",
    "--",
  ];
}

export function limitsSaid(
  isolation: Pick<Isolation, "kind">,
  { max_processes, max_memory_mb, max_disk_mb }: ResourceLimits,
  { os, release } = { os: Deno.build.os as string, release: Deno.osRelease() },
): string {
  const watched = `${max_disk_mb} MB of disk by looking`;
  if (os !== "linux") {
    return `limits of a run: ${watched}; none on processes and memory, which ${os} does not show us`;
  }
  const by = kernelCounts(isolation, release) ? "by the kernel" : "by looking";
  return `limits of a run: ${max_processes} processes ${by}, ${max_memory_mb} MB of memory and ${watched}`;
}

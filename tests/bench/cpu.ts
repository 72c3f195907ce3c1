/** What processes have computed so far, in seconds: other load on the machine changes that little. */

const TICKS_PER_SECOND = 100;

/** Of one process. NaN off Linux. */
export function cpuSeconds(pid: number): number {
  if (Deno.build.os !== "linux") return NaN;
  const { own } = statOf(pid)!;
  return own;
}

/** Of a process with its children, also those that have ended: all of Postgres by its postmaster. */
export function familyCpuSeconds(pid: number): number {
  if (Deno.build.os !== "linux") return NaN;
  const { own, ended } = statOf(pid)!;
  return own + ended + childrenOf(pid).reduce((sum, child) => sum + child.own + child.ended, 0);
}

function childrenOf(pid: number) {
  return [...Deno.readDirSync("/proc")]
    .filter(({ name }) => /^\d+$/.test(name))
    .map(({ name }) => statOf(Number(name)))
    .filter((stat) => stat !== null)
    .filter(({ parent }) => parent === pid);
}

/** Null when it has ended meanwhile. */
function statOf(pid: number): { parent: number; own: number; ended: number } | null {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // behind the name, which may hold anything: state, parent, …, and in the 12th place the times
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const [user, system, ended_user, ended_system] = fields.slice(11, 15);
  return {
    parent: fields[1],
    own: (user + system) / TICKS_PER_SECOND,
    ended: (ended_user + ended_system) / TICKS_PER_SECOND,
  };
}

function readIfThere(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}

/** The processes of the product under chaos, found in /proc by what only they carry. */
import { kill } from "node:process";

export interface Process {
  pid: number;
  parent: number;
  command: string;
  environment: string;
}

export type Role = "supervisor" | "server" | "worker" | "postgres" | "backend" | "cli" | "other";
export interface Ours extends Process {
  role: Role;
}

/** What ours carry: the folder of a worker or of the cluster, or the address of their model. */
export interface Marks {
  data_dirs: string[];
  model_url: string;
}

/** All living processes that carry a mark, each with what it is, and nobody else's. */
export function ourProcesses({ data_dirs, model_url }: Marks): Ours[] {
  const all = everyProcess();
  const marks = [...data_dirs, `ANTHROPIC_BASE_URL=${model_url}`];
  const is_marked = ({ command, environment }: Process) =>
    marks.some((mark) => command.includes(mark) || environment.includes(mark));
  const marked = new Set(all.filter(is_marked).map(({ pid }) => pid));
  // A backend of Postgres overwrites its command line, and has lost its environment with it.
  const ours = all.filter(({ pid, parent }) => marked.has(pid) || marked.has(parent));
  return ours.filter(({ pid }) => pid !== Deno.pid).map((one) => ({ ...one, role: roleOf(one) }));
}

function roleOf({ command }: Process): Role {
  if (/ -D \S*\/pgdata/.test(command)) return "postgres";
  if (command.startsWith("postgres: ")) return "backend";
  if (command.includes("stream-json")) return "cli";
  if (/\bserver\/start\.ts/.test(command)) return "supervisor";
  if (/\bserver\/main\.ts/.test(command)) return "server";
  if (/\bworkers\/main\.ts/.test(command)) return "worker";
  return "other";
}

function everyProcess(): Process[] {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Boolean);
  return pids.flatMap((pid) => readProcess(pid) ?? []);
}

function readProcess(pid: number): Process | null {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    if (/^State:\s+Z/m.test(status)) return null;
    return {
      pid,
      parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0),
      command: Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim(),
      environment: readOrEmpty(`/proc/${pid}/environ`),
    };
  } catch {
    return null; // gone meanwhile
  }
}

function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** Sends a signal; false when the process is gone. */
export function signal(pid: number, name: Deno.Signal): boolean {
  try {
    return kill(pid, name);
  } catch {
    return false;
  }
}

export function isAlive(pid: number): boolean {
  return readProcess(pid) !== null;
}

/** What the process holds of memory now, in MB; null when it is gone. */
export function memoryOf(pid: number): number | null {
  const kb = /^VmRSS:\s+(\d+)/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
  return kb ? Math.round(Number(kb) / 1024) : null;
}

/** A variable of a process's environment. */
export function variableOf({ environment }: Process, name: string): string | null {
  const line = environment.split("\0").find((line) => line.startsWith(`${name}=`));
  return line?.slice(name.length + 1) ?? null;
}

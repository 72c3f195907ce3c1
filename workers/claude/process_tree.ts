/** Kills everything that belongs to a run, whatever it did to get away. */
import { setTimeout as pause } from "node:timers/promises";
import { getLogger } from "@logtape/logtape";
import { membersOf, type Tree } from "@/workers/claude/process_tree/members.ts";
import { killSlot } from "@/workers/claude/isolation/slots.ts";
import { isSlotUid, slotOf } from "@/workers/claude/isolation/types.ts";
import { listProcesses, type Process } from "@/workers/claude/process_tree/processes.ts";

const log = getLogger(["agent", "claude"]);
const LONGEST_PAUSE_MS = 100;
const MOST_LOOKS = 20;

/** Without a PID namespace, what has lost its mark, its ancestors and its session escapes. */
export async function killTree(run_id: string, pid: number | null): Promise<void> {
  await kill((mark) => mark === run_id, pid);
}

/** Returns run ids. Where they cannot be read, all in the first `slots` slots is killed. */
export async function sweepRuns(
  is_ours: (run_id: string) => boolean,
  slots = 0,
): Promise<string[]> {
  const processes = listProcesses();
  const own = processes.find(({ pid }) => pid === Deno.pid)?.run_id;
  const marks = new Set(processes.flatMap(({ run_id }) => run_id ?? []));
  const left = [...marks].filter((run_id) => run_id !== own && is_ours(run_id));
  if (left.length > 0) await kill((mark) => left.includes(mark), null);
  return [...left, ...await sweepClosed(processes, slots)];
}

/** Slots of a root without CAP_SYS_PTRACE hide their runs; one worker has them all. */
async function sweepClosed(processes: Process[], most: number): Promise<string[]> {
  if (Deno.uid() !== 0) return [];
  const closed = processes.filter(({ uid, nested, closed }) =>
    closed && !nested && isSlotUid(uid) && slotOf(uid) < most
  );
  const slots = [...new Set(closed.map(({ uid }) => slotOf(uid)))];
  await Promise.all(slots.map(killSlot));
  return slots.map((slot) => `a run in slot ${slot}`);
}

async function kill(marked: Tree["marked"], pid: number | null): Promise<void> {
  const known = new Set<number>();
  const beyond = new Set<number>();
  const look = () => {
    const members = membersOf({ marked, pid, known }, listProcesses(), Deno.pid);
    return members.map((member) => member.pid).filter((id) => !beyond.has(id));
  };
  freeze(look, known);
  for (let ms = 1; known.size > 0; ms = Math.min(ms * 2, LONGEST_PAUSE_MS)) {
    for (const id of known) if (!signal(id, "SIGKILL")) beyond.add(id);
    await pause(ms);
    const alive = look();
    known.clear();
    for (const id of alive) known.add(id);
  }
}

/** All before the first dies: orphans are not recognized. Some fork and exit without end. */
function freeze(look: () => number[], known: Set<number>): void {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const fresh = look().filter((id) => !known.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) signal(id, "SIGSTOP");
    for (const id of fresh) known.add(id);
  }
}

/** False when the process is not ours to signal, as a setuid program may be. */
function signal(pid: number, name: "SIGSTOP" | "SIGKILL"): boolean {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    log.warn("Process {pid} of a run cannot be killed: {error}", { pid, error: error.message });
    return false;
  }
  return true;
}

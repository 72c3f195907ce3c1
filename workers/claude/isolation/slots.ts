import { setTimeout as pause } from "node:timers/promises";
import { scriptAsSlot } from "@/workers/claude/isolation/as_slot.ts";
import { clearShared } from "@/workers/claude/isolation/shared.ts";
import { IsolationError, slotUid } from "@/workers/claude/isolation/types.ts";
import { listProcesses } from "@/workers/claude/process_tree/processes.ts";

const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 100;

/** Slots in which nothing is left. */
const empty = new Set<number>();
const emptying = new Map<number, Promise<void>>();

export const isEmpty = (slot: number): boolean => empty.has(slot);

export const takeSlot = (slot: number): boolean => empty.delete(slot);

/** Kills everything of its uid and removes what it owns in shared places. Throws IsolationError. */
export function emptySlot(slot: number): Promise<void> {
  const under_way = emptying.get(slot);
  if (under_way) return under_way;
  const now = makeEmpty(slot).finally(() => emptying.delete(slot));
  emptying.set(slot, now);
  return now;
}

async function makeEmpty(slot: number): Promise<void> {
  empty.delete(slot);
  do {
    await killSlot(slot);
    await clearShared(slot);
  } while (processesOf(slot).own.length > 0);
  empty.add(slot);
}

/** kill(-1) as that uid is faster than any fork, but reaches into PID namespaces below ours. */
export async function killSlot(slot: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  let all_reached = false;
  for (let ms = 1;; ms = Math.min(ms * 2, LONGEST_PAUSE_MS)) {
    const { own, nested } = processesOf(slot);
    if (all_reached && own.length === 0) return;
    if (performance.now() > until) {
      throw new IsolationError(`Processes of an earlier run cannot be ended: ${own.join(", ")}`);
    }
    all_reached = nested || await scriptAsSlot(slot, "kill -s KILL -- -1; exit 0") !== null;
    for (const pid of processesOf(slot).own) kill(pid);
    if (own.length > 0) await pause(ms);
  }
}

function processesOf(slot: number): { own: number[]; nested: boolean } {
  const uid = slotUid(slot);
  const all = listProcesses().filter((process) => process.uid === uid);
  const own = all.filter(({ nested }) => !nested).map(({ pid }) => pid);
  return { own, nested: own.length < all.length };
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended, or it is not ours to end: the next look tells.
  }
}

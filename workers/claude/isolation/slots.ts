/** Slots that only their uid tells apart, made empty between two runs. */
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { pauseFor } from "@/db/process/pause.ts";
import { type RunFolders, runFolders } from "@/workers/claude/folders.ts";
import { scriptAsSlot } from "@/workers/claude/isolation/as_slot.ts";
import { takeBackRunFolders } from "@/workers/claude/isolation/own.ts";
import { clearShared } from "@/workers/claude/isolation/shared.ts";
import {
  byUidAlone,
  type Isolation,
  IsolationError,
  slotUid,
} from "@/workers/claude/isolation/types.ts";
import { listProcesses } from "@/workers/claude/process_tree/processes.ts";

const log = getLogger(["agent", "claude"]);

const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 100;

/** Slots that nothing is left in; a run takes its slot out. */
const empty = new Set<number>();
const emptying = new Map<number, Promise<void>>();

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/** Makes a slot ready for a run. Throws IsolationError when what an earlier run left cannot be ended. */
export async function readySlot(isolation: Isolation, slot: number): Promise<void> {
  if (!byUidAlone(isolation)) return;
  if (!empty.has(slot)) await emptySlot(slot);
  empty.delete(slot);
}

/** Whether a run may have the slot now. */
export function isReady(isolation: Isolation, slot: number): boolean {
  return !byUidAlone(isolation) || empty.has(slot);
}

/**
 * Resolves when a run may have the slot, or when `stopping` fires: what cannot be emptied now is
 * tried again, less and less often. Never throws.
 */
export async function untilReady(
  isolation: Isolation,
  slot: number,
  stopping: AbortSignal,
): Promise<void> {
  for (let pause_ms = FIRST_RETRY_MS; !isReady(isolation, slot);) {
    if (await tryToEmpty(slot)) return;
    await pauseFor(pause_ms, stopping);
    if (stopping.aborted) return;
    pause_ms = Math.min(pause_ms * 2, LAST_RETRY_MS);
  }
}

/**
 * After a run: takes its folders back and begins to remove all else that it left. The run's end
 * does not wait for that, the slot's next run does.
 */
export function leaveSlot(isolation: Isolation, slot: number, folders: RunFolders): void {
  if (byUidAlone(isolation)) void tryToEmpty(slot);
  takeBackRunFolders(isolation, folders);
}

async function tryToEmpty(slot: number): Promise<boolean> {
  try {
    await emptySlot(slot);
    return true;
  } catch (error) {
    log.error("Slot {slot} is out of service, it cannot be emptied: {error}", { slot, error });
    return false;
  }
}

/**
 * At the start of a worker: what one before it left in one of the first `slots` is ended, and its
 * folders are ours.
 */
export async function cleanSlots(
  isolation: Isolation,
  slots: number,
  runs_dir: string,
): Promise<void> {
  if (!byUidAlone(isolation)) return;
  for (const { name, isDirectory } of Deno.readDirSync(runs_dir)) {
    if (isDirectory) takeBackRunFolders(isolation, runFolders(join(runs_dir, name)));
  }
  // What cannot be ended now is tried again before its slot is used, and told then.
  for (const slot of Array(slots).keys()) await emptySlot(slot).catch(() => {});
}

/** Kills everything of a slot's uid and removes what it owns in shared places. Throws IsolationError. */
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

/**
 * Kills until nothing is left of a slot's uid. kill(-1) as that uid reaches all of its processes in
 * one step of the kernel, also those that fork faster than we can look. It would reach into the PID
 * namespaces below ours as well: where one holds that uid, what is ours is killed one by one.
 */
export async function killSlot(slot: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  let all_reached = false;
  for (let pause = 1;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const { own, nested } = processesOf(slot);
    if (all_reached && own.length === 0) return;
    if (performance.now() > until) {
      throw new IsolationError(`Processes of an earlier run cannot be ended: ${own.join(", ")}`);
    }
    all_reached = nested || await scriptAsSlot(slot, "kill -s KILL -- -1; exit 0") !== null;
    for (const pid of processesOf(slot).own) kill(pid);
    if (own.length > 0) await new Promise((resolve) => setTimeout(resolve, pause));
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
    // It has ended, or it is not for us to end: the next look tells.
  }
}

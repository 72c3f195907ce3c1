import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { pauseFor } from "@/db/process/pause.ts";
import { type RunFolders, runFolders } from "@/workers/claude/folders.ts";
import { takeBackRunFolders } from "@/workers/claude/isolation/own.ts";
import { emptySlot, isEmpty, takeSlot } from "@/workers/claude/isolation/slots.ts";
import { byUidAlone, type Isolation } from "@/workers/claude/isolation/types.ts";

const log = getLogger(["agent", "claude"]);

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/** Throws IsolationError when what an earlier run left cannot be ended. */
export async function readySlot(isolation: Isolation, slot: number): Promise<void> {
  if (!byUidAlone(isolation)) return;
  if (!isEmpty(slot)) await emptySlot(slot);
  takeSlot(slot);
}

export function isReady(isolation: Isolation, slot: number): boolean {
  return !byUidAlone(isolation) || isEmpty(slot);
}

/** What cannot be emptied now is tried again, less and less often. Never throws. */
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

/** The run's end does not wait for the removal, the slot's next run does. */
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

/** At the start of a worker: ends what one before it left in the first `slots`. */
export async function cleanSlots(
  isolation: Isolation,
  slots: number,
  runs_dir: string,
): Promise<void> {
  if (!byUidAlone(isolation)) return;
  for (const { name, isDirectory } of Deno.readDirSync(runs_dir)) {
    if (isDirectory) takeBackRunFolders(isolation, runFolders(join(runs_dir, name)));
  }
  // Tried again, and told, before the slot is used.
  for (const slot of Array(slots).keys()) await emptySlot(slot).catch(() => {});
}

import type { AssetVersion } from "@/workers/claude/assets.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import type { ResourceLimits } from "@/workers/claude/resources.ts";

export type IsolationSetting = "auto" | "uid" | "namespace" | "none";

/** What keeps the CLI from the rest of this machine, as it was found to work here. */
export interface Isolation {
  kind: "uid" | "namespace" | "none";
  /** One sentence for people: what holds, and what does not. */
  reason: string;
  pid_namespace: boolean;
  mount_namespace: boolean;
  /** `namespace` only: the user that the CLI stays inside. */
  user?: { uid: number; gid: number };
}

/**
 * Whether its uid is all that tells a slot apart: then processes, arguments of programs, /tmp and
 * IPC are everybody's.
 */
export function byUidAlone({ kind, pid_namespace }: Isolation): boolean {
  return kind === "uid" && !pid_namespace;
}

/** One run to be wrapped. `hide`: absolute paths that must look empty. `cli_bin`: absolute and free of symlinks. */
export interface Sandbox {
  slot: number;
  limits: ResourceLimits;
  folders: RunFolders;
  hide: string[];
  cli_bin: string;
  /** Mounted read-only into `config`, where they have a place each. */
  assets?: AssetVersion;
}

/** The command to spawn, and where the CLI finds its folders and its binary once inside. */
export interface Wrapped {
  command: string;
  args: string[];
  inside: RunFolders;
  cli_bin: string;
}

/** A kind of isolation that was asked for and does not work here. */
export class IsolationError extends Error {
  override name = "IsolationError";
}

const FIRST_SLOT_UID = 64001;
const SLOTS = 1000;
/** For trials: MAX_CONCURRENT_TASKS would have to be 1000 for a run to have it. */
export const LAST_SLOT = SLOTS - 1;

/** The unprivileged uid (and gid) of a slot, slots counted from 0. Throws a RangeError past 999. */
export function slotUid(slot: number): number {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) {
    throw new RangeError(`Slot ${slot} has no uid: slots are 0 to ${SLOTS - 1}`);
  }
  return FIRST_SLOT_UID + slot;
}

/** Whether a uid is one that slots use. */
export function isSlotUid(uid: number): boolean {
  return uid >= FIRST_SLOT_UID && uid < FIRST_SLOT_UID + SLOTS;
}

/** The slot that has a uid. */
export function slotOf(uid: number): number {
  return uid - FIRST_SLOT_UID;
}

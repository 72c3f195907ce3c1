import type { AssetVersion } from "@/workers/claude/assets.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import type { ResourceLimits } from "@/workers/claude/resources.ts";

export type IsolationSetting = "auto" | "uid" | "namespace" | "none";

export interface Isolation {
  kind: "uid" | "namespace" | "none";
  reason: string;
  pid_namespace: boolean;
  mount_namespace: boolean;
  /** `namespace` only: the user that the CLI stays. */
  user?: { uid: number; gid: number };
}

/** Then processes, arguments of programs, /tmp and IPC are visible to every slot. */
export function byUidAlone({ kind, pid_namespace }: Isolation): boolean {
  return kind === "uid" && !pid_namespace;
}

/** `hide`: absolute paths that must look empty. `cli_bin`: absolute, without symlinks. */
export interface Sandbox {
  slot: number;
  limits: ResourceLimits;
  folders: RunFolders;
  hide: string[];
  cli_bin: string;
  assets?: AssetVersion;
  /** Git objects to be read; null: none. */
  objects?: string | null;
}

export interface Wrapped {
  command: string;
  args: string[];
  inside: RunFolders;
  cli_bin: string;
}

export class IsolationError extends Error {
  override name = "IsolationError";
}

const FIRST_SLOT_UID = 64001;
const SLOTS = 1000;
/** For trials: a run has it only with MAX_CONCURRENT_TASKS=1000. */
export const LAST_SLOT = SLOTS - 1;

/** Throws RangeError past slot 999. */
export function slotUid(slot: number): number {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) {
    throw new RangeError(`Slot ${slot} has no uid: slots are 0 to ${SLOTS - 1}`);
  }
  return FIRST_SLOT_UID + slot;
}

export function isSlotUid(uid: number): boolean {
  return uid >= FIRST_SLOT_UID && uid < FIRST_SLOT_UID + SLOTS;
}

export function slotOf(uid: number): number {
  return uid - FIRST_SLOT_UID;
}

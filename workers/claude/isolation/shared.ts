import { scriptAsSlot } from "@/workers/claude/isolation/as_slot.ts";
import { IsolationError, LAST_SLOT, slotUid } from "@/workers/claude/isolation/types.ts";

const IPC = [["shm", "-m"], ["sem", "-s"], ["msg", "-q"]] as const;

const FIND_WRITABLE = `
find / -maxdepth 4 \\( -fstype proc -o -fstype sysfs -o -fstype cgroup -o -fstype cgroup2 \\) -prune \\
  -o -type d -writable -print
exit 0
`;

const REMOVE_IPC = 'ipcrm "$@"; exit 0';
/** All of them could be more than a command line may hold. */
const IDS_AT_ONCE = 500;

/** A folder with only others' files in it is opened to all: two slots could wait for each other. */
const CLEAR = `
uid=$1
shift
find "$@" -xdev -mindepth 1 -uid $uid -prune -exec rm -rf -- {} +
find "$@" -xdev -mindepth 1 -uid $uid -prune -type d -exec chmod -R u+rwX -- {} +
find "$@" -xdev -mindepth 1 -uid $uid -prune -exec rm -rf -- {} +
left=$(find "$@" -xdev -mindepth 1 -uid $uid ! -type d -print -quit)
[ $? -le 1 ] || exit 1
[ -n "$left" ] || find "$@" -xdev -mindepth 1 -uid $uid -exec chmod 0777 -- {} +
find "$@" -xdev -mindepth 1 -uid $uid -print -quit
[ $? -le 1 ]
`;
/** A disk full of small files takes that long. */
const CLEAR_PATIENCE_MS = 60_000;

let found: Promise<string[]> | null = null;

/** The folders that any slot may write to: /tmp, /dev/shm and the like. */
export function sharedFolders(): Promise<string[]> {
  // As a user that no run has: what it may write to, all may.
  return found ??= scriptAsSlot(LAST_SLOT, FIND_WRITABLE).then((said) => {
    if (said === null) found = null;
    return said?.split("\n").filter(Boolean) ?? ["/tmp", "/var/tmp", "/dev/shm"];
  });
}

/** Files in shared folders, shared memory, semaphores and queues. Throws IsolationError. */
export async function clearShared(slot: number): Promise<void> {
  const uid = slotUid(slot);
  const ipc = ipcOf(uid);
  for (let at = 0; at < ipc.length; at += IDS_AT_ONCE) {
    await scriptAsSlot(slot, REMOVE_IPC, ipc.slice(at, at + IDS_AT_ONCE).flat());
  }
  const args = [String(uid), ...await sharedFolders()];
  const left = await scriptAsSlot(slot, CLEAR, args, CLEAR_PATIENCE_MS);
  if (left === null) {
    throw new IsolationError(`What uid ${uid} left in shared folders could not be removed in time`);
  }
  if (left) throw new IsolationError(`What uid ${uid} left cannot be removed: ${left.trim()}`);
  const kept = ipcOf(uid).length;
  if (kept > 0) throw new IsolationError(`${kept} IPC objects of uid ${uid} cannot be removed`);
}

function ipcOf(uid: number): [flag: string, id: string][] {
  return IPC.flatMap(([kind, flag]) =>
    idsOf(read(`/proc/sysvipc/${kind}`), uid)
      .map((id): [string, string] => [flag, String(id)])
  );
}

/** Of a table of /proc/sysvipc, the ids that a uid owns or made. */
export function idsOf(table: string, uid: number): number[] {
  const [head, ...rows] = table.split("\n").map((line) => line.trim().split(/\s+/));
  const columns = ["uid", "cuid"].map((name) => head.indexOf(name));
  return rows.filter((row) => columns.some((column) => Number(row[column]) === uid))
    .map((row) => Number(row[1]));
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // a kernel without System V IPC
  }
}

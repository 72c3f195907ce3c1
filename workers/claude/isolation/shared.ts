/** What a slot's uid owns in places that every user of the machine shares. */
import { scriptAsSlot } from "@/workers/claude/isolation/as_slot.ts";
import { LAST_SLOT, slotUid } from "@/workers/claude/isolation/types.ts";

const IPC = [["shm", "-m"], ["sem", "-s"], ["msg", "-q"]] as const;

const FIND_WRITABLE = `
find / -maxdepth 4 \\( -fstype proc -o -fstype sysfs -o -fstype cgroup -o -fstype cgroup2 \\) -prune \\
  -o -type d -writable -print
exit 0
`;

/** A folder that was closed to its owner is opened before find goes into it. */
const CLEAR = `
uid=$1 ipc=$2
shift 2
[ -z "$ipc" ] || ipcrm $ipc
find "$@" -xdev -mindepth 1 -uid $uid -type d ! -perm -0700 -exec chmod u+rwx {} \\;
find "$@" -xdev -depth -mindepth 1 -uid $uid -delete
exit 0
`;

let found: Promise<string[]> | null = null;

/** The folders that any slot may write to, looked for once: /tmp, /dev/shm and their like. */
export function sharedFolders(): Promise<string[]> {
  // As the user of a slot that no run has: what it may write to, all of them may.
  return found ??= scriptAsSlot(LAST_SLOT, FIND_WRITABLE).then((said) =>
    said?.split("\n").filter(Boolean) ?? ["/tmp", "/var/tmp", "/dev/shm"]
  );
}

/** Removes a slot's files from shared folders, and its shared memory, semaphores and queues. */
export async function clearShared(slot: number): Promise<void> {
  const uid = slotUid(slot);
  const ipc = IPC.flatMap(([kind, flag]) =>
    idsOf(read(`/proc/sysvipc/${kind}`), uid).flatMap((id) => [flag, String(id)])
  );
  await scriptAsSlot(slot, CLEAR, String(uid), ipc.join(" "), ...await sharedFolders());
}

/** Takes a table of /proc/sysvipc; returns the ids that a uid owns or made. Pure. */
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

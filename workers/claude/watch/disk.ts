import { statfsSync } from "node:fs";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { sharedFolders } from "@/workers/claude/isolation/shared.ts";
import { byUidAlone, type Isolation, slotUid } from "@/workers/claude/isolation/types.ts";
import { MB } from "@/workers/claude/resources.ts";

const ROOM_BYTES = 1024 * MB;
const ROOM_SHARE = 0.1;

/** What a run's files take, those included that it left in folders of all users. */
export async function diskBytes(
  { folders, isolation, slot }: { folders: RunFolders; isolation: Isolation; slot: number },
): Promise<number> {
  const own = await said("du", ["-sx", "--block-size=1", "--", folders.root]);
  const bytes = parseInt(own) || 0;
  if (!byUidAlone(isolation)) return bytes;
  const uid = String(slotUid(slot));
  const args = [...await sharedFolders(), "-xdev", "-uid", uid, "-printf", "%b\n"];
  const blocks = (await said("find", args)).split("\n");
  return blocks.reduce((sum, count) => sum + 512 * Number(count), bytes);
}

/** Files that vanish while it counts make it complain and go on. */
async function said(command: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args, stdin: "null", stderr: "null" })
    .output();
  return new TextDecoder().decode(stdout);
}

/** Whether the disk of a path has room left for all else that lives on it, Postgres above all. */
export function hasRoom(path: string): boolean {
  const { bsize, blocks, bavail } = statfsSync(path);
  return bavail * bsize >= roomBytes(blocks * bsize);
}

/** What is to stay free on a disk of that size. Pure. */
export function roomBytes(disk_bytes: number): number {
  return Math.min(ROOM_BYTES, disk_bytes * ROOM_SHARE);
}

import { statfsSync } from "node:fs";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { sharedFolders } from "@/workers/claude/isolation/shared.ts";
import { byUidAlone, type Isolation, slotUid } from "@/workers/claude/isolation/types.ts";
import { MB } from "@/workers/claude/resources.ts";

const ROOM_BYTES = 1024 * MB;
const ROOM_SHARE = 0.1;

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

/** Files that vanish meanwhile make it complain and go on. */
async function said(command: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args, stdin: "null", stderr: "null" })
    .output();
  return new TextDecoder().decode(stdout);
}

/** For all else that lives on that disk, Postgres above all. */
export function hasRoom(path: string): boolean {
  const { bsize, blocks, bavail } = statfsSync(path);
  return bavail * bsize >= roomBytes(blocks * bsize);
}

export function roomBytes(disk_bytes: number): number {
  return Math.min(ROOM_BYTES, disk_bytes * ROOM_SHARE);
}

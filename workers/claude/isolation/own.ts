import { lchownSync, lstatSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type Isolation,
  IsolationError,
  isSlotUid,
  slotUid,
} from "@/workers/claude/isolation/types.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";

/** What is ours and has no write bit, as a checkout, stays ours. Throws IsolationError. */
export function ownRunFolders(
  isolation: Isolation,
  slot: number,
  folders: RunFolders,
): void {
  const own = [folders.home, folders.work, folders.config, folders.tmp];
  for (const folder of own) Deno.chmodSync(folder, 0o700);
  if (isolation.kind !== "uid") return;
  for (const folder of own) give(folder, slotUid(slot));
  if (!isolation.mount_namespace) allowPassage(folders);
}

/** After a run. What lies in the folders keeps its owner: a run that goes on gets it back. */
export function takeBackRunFolders(isolation: Isolation, folders: RunFolders): void {
  if (isolation.kind !== "uid") return;
  const { root, home, work, config, tmp } = folders;
  for (const folder of [root, home, work, config, tmp]) {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (!found?.isDirectory()) continue;
    if (isSlotUid(found.uid)) lchownSync(folder, 0, 0);
    if ((found.mode & 0o777) !== 0o700) Deno.chmodSync(folder, 0o700);
  }
}

/** A file of ours with a second name may be somebody else's, so it is left. */
function give(path: string, uid: number): void {
  const info = lstatSync(path);
  const ours = !isSlotUid(info.uid);
  if (ours && !info.isSymbolicLink() && (info.mode & 0o222) === 0) return;
  if (ours && info.isFile() && info.nlink > 1) return;
  if (info.uid !== uid) lchownSync(path, uid, uid);
  if (!info.isDirectory()) return;
  for (const name of readdirSync(path)) give(join(path, name), uid);
}

/** Without a mount namespace the slot walks the real path: it may pass, not list. */
function allowPassage(folders: RunFolders): void {
  const runs = dirname(folders.root);
  for (const folder of [folders.root, runs, dirname(runs)]) {
    const mode = Deno.statSync(folder).mode ?? 0;
    if ((mode & 0o007) !== 0o001) Deno.chmodSync(folder, (mode & 0o770) | 0o001);
  }
  for (let folder = dirname(runs); folder !== "/"; folder = dirname(folder)) {
    if ((Deno.statSync(folder).mode ?? 0) & 0o001) continue;
    throw new IsolationError(
      `The CLI's user cannot pass ${folder}: set DATA_DIR to a folder outside it, or allow mount namespaces (CAP_SYS_ADMIN)`,
    );
  }
}

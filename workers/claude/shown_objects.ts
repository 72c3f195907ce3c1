import { join } from "node:path";
import { removeNow, type RunFolders, writeAnew } from "@/workers/claude/folders.ts";

/** Beside the folders that a run sees: it cannot write there. A run that goes on finds it again. */
const FILE = "objects-shown";

/** Git objects that the sandbox shows, read-only; null: none. */
export function showObjects({ root }: RunFolders, path: string | null): void {
  const file = join(root, FILE);
  if (path === null) removeNow(file);
  else writeAnew(file, path);
}

export function shownObjects({ root }: RunFolders): string | null {
  try {
    const path = Deno.readTextFileSync(join(root, FILE));
    return Deno.statSync(path).isDirectory ? path : null;
  } catch {
    return null;
  }
}

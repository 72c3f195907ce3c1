import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { pruneRows } from "@/db/prune.ts";
import { WARM_PREFIX } from "@/workers/claude/warm.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "prune"]);

const KEPT_MS = 24 * 3600_000;
const EVERY_MS = 3600_000;

/** Removes what is no longer needed, in the database and of work folders, now and every hour. */
export function startPruning(worker: Worker): () => void {
  const prune = async () => {
    const folders = await pruneRunFolders(
      worker.runs_dir,
      worker.runs.task_ids().map(worker.runFolder),
      Date.now(),
    );
    const rows = await pruneRows(worker.db);
    log.debug("removed {folders} work folders and {rows}", { folders: folders.length, rows });
  };
  const run = () =>
    prune().catch((error) => log.warn("what is old stays for now: {error}", { error }));
  void run();
  const timer = setInterval(run, EVERY_MS);
  return () => clearInterval(timer);
}

/** Removes the folders in `runs_dir` last changed over a day before `now`, but none in `used`. */
export async function pruneRunFolders(
  runs_dir: string,
  used: string[],
  now: number,
): Promise<string[]> {
  const removed: string[] = [];
  for await (const entry of Deno.readDir(runs_dir)) {
    const path = join(runs_dir, entry.name);
    if (used.includes(entry.name) || entry.name.startsWith(WARM_PREFIX)) continue;
    const { mtime } = await Deno.lstat(path);
    if (mtime && now - mtime.getTime() < KEPT_MS) continue;
    await Deno.remove(path, { recursive: true });
    removed.push(entry.name);
  }
  return removed;
}

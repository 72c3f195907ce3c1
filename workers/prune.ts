import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { pruneRows } from "@/db/prune.ts";
import { tasksOfEndedWork } from "@/db/workflows.ts";
import { removeTree } from "@/workers/claude/folders.ts";
import { WARM_PREFIX } from "@/workers/claude/warm.ts";
import { sweepWorkspaces } from "@/workers/workspace/sweep.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "prune"]);

const KEPT_MS = 24 * 3600_000;
const EVERY_MS = 3600_000;

export function startPruning(worker: Worker): () => void {
  const prune = async () => {
    const used = worker.runs.task_ids().map(worker.runFolder);
    const [folders, rows] = await Promise.all([
      pruneFolders(worker, used, over.signal).catch(logFailure),
      pruneRows(worker.db).catch(logFailure),
    ]);
    log.debug("removed {folders} work folders and {rows}", { folders: folders?.length ?? 0, rows });
  };
  const over = new AbortController();
  const run = () => void prune();
  run();
  const timer = setInterval(run, EVERY_MS);
  return () => {
    over.abort();
    clearInterval(timer);
  };
}

/** A worktree goes with the folder that its files are in. */
async function pruneFolders(
  { runs_dir, data_dir, db }: Worker,
  used: string[],
  stopping: AbortSignal,
): Promise<string[]> {
  const removed = await pruneRunFolders(runs_dir, used, Date.now());
  const endedOf = (task_ids: string[]) => tasksOfEndedWork(db, task_ids);
  await sweepWorkspaces(data_dir, Date.now(), stopping, endedOf);
  return removed;
}

function logFailure(error: unknown): void {
  log.warn("what is old stays for now: {error}", { error });
}

export async function pruneRunFolders(
  runs_dir: string,
  used: string[],
  now: number,
): Promise<string[]> {
  const removed: string[] = [];
  for await (const entry of Deno.readDir(runs_dir)) {
    const path = join(runs_dir, entry.name);
    if (used.includes(entry.name) || entry.name.startsWith(WARM_PREFIX)) continue;
    try {
      const { mtime } = await Deno.lstat(path);
      if (mtime && now - mtime.getTime() < KEPT_MS) continue;
      await removeTree(path);
      removed.push(entry.name);
    } catch (error) {
      logFailure(error);
    }
  }
  return removed;
}

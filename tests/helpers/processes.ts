import { inTime } from "@/tests/helpers/until.ts";

/** The living processes whose environment carries a run's id. */
export function processesOf(run_id: string): number[] {
  const mark = `AGENT_RUN_ID=${run_id}`;
  const pids: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const environment = Deno.readTextFileSync(`/proc/${name}/environ`);
      if (environment.split("\0").includes(mark)) pids.push(Number(name));
    } catch {
      // Gone, or not ours to read.
    }
  }
  return pids;
}

/** Resolves once there is a file of that path, in a folder that exists. */
export async function fileAppears(path: string): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  await changeMakes(folder, () => Deno.stat(path).then(() => true, () => false));
}

/** Resolves once something is true that a change below an existing folder makes true. */
export async function changeMakes(folder: string, holds: () => Promise<boolean>): Promise<void> {
  const watcher = Deno.watchFs(folder);
  try {
    // Looked at after the watch began, so that nothing slips in between.
    if (await holds()) return;
    await inTime(`a change in ${folder}`, untilHolds(watcher, holds));
  } finally {
    try {
      watcher.close();
    } catch {
      // Leaving the loop has closed it.
    }
  }
}

async function untilHolds(watcher: Deno.FsWatcher, holds: () => Promise<boolean>): Promise<void> {
  for await (const _event of watcher) if (await holds()) return;
}

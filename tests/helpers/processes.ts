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
  const watcher = Deno.watchFs(path.slice(0, path.lastIndexOf("/")));
  try {
    // Looked up after the watch began, so that it cannot slip in between.
    if (await Deno.stat(path).then(() => true, () => false)) return;
    for await (const event of watcher) if (event.paths.includes(path)) return;
  } finally {
    try {
      watcher.close();
    } catch {
      // Leaving the loop has closed it.
    }
  }
}

import { join } from "node:path";
import { latencies } from "@/tests/bench/latencies.ts";
import { makeLargeRepository } from "@/tests/bench/large_repository.ts";
import { serveRepositories } from "@/tests/workers/git_server.ts";
import { removeTree } from "@/workers/claude/folders.ts";
import { closeWorkspace, openWorkspace } from "@/workers/workspace.ts";
import { Spares } from "@/workers/workspace/spares.ts";

export const FILES = 20_000;
export const COMMITS = 5_000;
/** What others pushed between two tasks. */
export const PUSHED_COMMITS = 20;

export interface Times {
  clone_ms: number;
  same_ms: number;
  behind_ms: number;
  first_ms: number;
  rounds: number;
}

/** A shallow clone over HTTP beside a worktree of what is there already, turn by turn. */
export async function worktreeTimes(rounds: number): Promise<Times> {
  const folder = await Deno.makeTempDir({ prefix: "bench-worktree-" });
  const spares = new Spares();
  try {
    const push = await makeLargeRepository(join(folder, "large.git"), FILES, COMMITS);
    await using server = serveRepositories(folder, null);
    const url = `${server.url}/large.git`;
    const open = (task: string) => timed(() => prepare(spares, folder, url, task));
    const first_ms = await open("first");
    const clones: number[] = [];
    const same: number[] = [];
    const behind: number[] = [];
    for (let round = 0; round < rounds; round++) {
      clones.push(await timed(() => clone(url, join(folder, "clone"))));
      await spares.settled();
      same.push(await open(`same-${round}`));
      await spares.settled();
      await push(PUSHED_COMMITS);
      behind.push(await open(`behind-${round}`));
      await clear(folder);
    }
    const median = (times: number[]) => latencies(times).p50_ms;
    return {
      clone_ms: median(clones),
      same_ms: median(same),
      behind_ms: median(behind),
      first_ms,
      rounds,
    };
  } finally {
    await spares.stop();
    await removeTree(folder);
  }
}

async function prepare(spares: Spares, folder: string, url: string, task: string): Promise<void> {
  const workspace = await openWorkspace({
    url,
    token: null,
    ref: null,
    data_dir: folder,
    task_id: `bench-task-${task}`,
    dest: join(folder, "runs", task),
    writable: false,
    timeout_seconds: 300,
  });
  // As a worker does it: the next one is made while this one is used.
  queueMicrotask(() => spares.prepare(workspace, url));
}

async function clear(folder: string): Promise<void> {
  await removeTree(join(folder, "clone"));
  for await (const { name } of Deno.readDir(join(folder, "runs"))) {
    await closeWorkspace(folder, `bench-task-${name}`);
  }
}

async function clone(url: string, to: string): Promise<void> {
  const args = ["clone", "--quiet", "--depth=1", url, to];
  const env = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  const { success, stderr } = await new Deno.Command("git", { args, env }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

import { startGithubRecorder } from "@/server/demo/github_recorder.ts";
import type { Scenario } from "@/server/demo/scenarios.ts";
import { type ScriptedModelOptions, startScriptedModel } from "@/server/demo/scripted_model.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { startWorker, workerEnv, type WorkerOptions } from "@/tests/helpers/worker.ts";
import { registerWorker } from "@/db/machines.ts";
import { newId } from "@/db/ids.ts";
import { loadConfig } from "@/workers/config.ts";
import { createWorker } from "@/workers/start.ts";
import type { Worker } from "@/workers/worker.ts";

export interface MachineOptions {
  /** A folder with the bare repositories that GitHub's stand-in serves. */
  repositories?: string;
  /** What the model says to steps of a workflow. */
  steps?: ScriptedModelOptions["steps"];
}

/** A database, a scripted model, GitHub's stand-in, and `start()` for worker processes on them. */
export async function machine(
  options: Partial<WorkerOptions> = {},
  scenarios: Record<string, Scenario> = {},
  { repositories, steps }: MachineOptions = {},
) {
  const stack = new AsyncDisposableStack();
  const t = stack.use(await testDatabase());
  const model = await startScriptedModel({ scenarios, steps });
  stack.defer(() => model.close());
  const github = startGithubRecorder(repositories);
  stack.defer(() => github.close());
  const settled = (more: Partial<WorkerOptions>) => ({
    database_url: t.url,
    model_url: model.url,
    ...options,
    ...more,
    env: {
      GITHUB_API_URL: github.url,
      GITHUB_TOKEN: "a-token-for-tests",
      ...options.env,
      ...more.env,
    },
  });
  const start = (more: Partial<WorkerOptions> = {}) => startWorker(settled(more));
  /** What jobs work with, here in the test's own process, with some of it changed. */
  const worker = async (changes: Partial<Worker> = {}): Promise<Worker> => {
    const data_dir = await Deno.makeTempDir({ prefix: "worker-" });
    const config = loadConfig({ ...workerEnv(settled({})), DATA_DIR: data_dir }, data_dir);
    const worker_id = newId();
    const { worker, report } = await createWorker(config, t.db, worker_id);
    await registerWorker(t.db, { worker_id, pid: Deno.pid }, report);
    return { ...worker, ...changes };
  };
  return {
    db: t.db,
    url: t.url,
    model,
    github,
    start,
    worker,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

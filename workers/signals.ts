import { getLogger } from "@logtape/logtape";
import { listen } from "@/db/channels.ts";
import { takeInputs } from "@/db/task_inputs.ts";
import { stopsRequested } from "@/db/tasks/stop.ts";
import type { ActiveRun } from "@/workers/runs.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "worker"]);

export async function followSignals(worker: Worker): Promise<() => Promise<void>> {
  return await listen(
    worker.db,
    "signal",
    (task_id) => {
      const run = worker.runs.get(task_id);
      if (run) void applySignals(worker, [run]);
    },
    () => void applySignals(worker, running(worker)),
  );
}

/** Reads the rows, since a notification may have been missed. */
export async function applySignals(
  worker: Worker,
  runs: ActiveRun[] = running(worker),
): Promise<void> {
  if (runs.length === 0) return;
  try {
    for (const task_id of await stopsRequested(worker.db, worker.runs.worker_id)) {
      worker.runs.get(task_id)?.end("stop");
    }
    await takeMessages(worker, runs);
  } catch (error) {
    log.warn("could not look for stops and messages, and looks again: {error}", { error });
  }
}

export async function takeMessages(worker: Worker, runs: ActiveRun[]): Promise<void> {
  const able = new Map(runs.filter((run) => run.send).map((run) => [run.task_id, run]));
  if (able.size === 0) return;
  const claims = [...able.values()].map((run) => run.claim_id);
  // What a CLI does not read is found unheard at the end of its task.
  for (const { task_id, message, input_id } of await takeInputs(worker.db, claims)) {
    able.get(task_id)?.send?.(message, input_id);
  }
}

const running = ({ runs }: Worker) => runs.task_ids().flatMap((id) => runs.get(id) ?? []);

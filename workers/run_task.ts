import { getLogger } from "@logtape/logtape";
import { newId } from "@/db/ids.ts";
import { acknowledge } from "@/db/replies.ts";
import type { Task } from "@/db/tasks.ts";
import { claimTask, type Ending, finishTask, releaseTask } from "@/db/tasks/run.ts";
import type { RunResult } from "@/workers/claude/run_types.ts";
import { outputWriter } from "@/workers/output_writer.ts";
import { persist } from "@/workers/persist.ts";
import type { Redactor } from "@/db/process/redact.ts";
import { runCli } from "@/workers/run/cli.ts";
import { addUsage, type Running } from "@/workers/run/running.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "run_task"]);

/**
 * THE OTHER STORY: claim → prompt → run → store output → finish. Resolves when nothing of the run
 * is left. Does nothing when the task was stopped, taken, or its turn comes later.
 */
export async function runTask(worker: Worker, task_id: string, slot: number): Promise<void> {
  try {
    await claimAndRun(worker, task_id, slot);
  } finally {
    worker.claude.warm?.prepare(slot);
  }
}

async function claimAndRun(worker: Worker, task_id: string, slot: number): Promise<void> {
  await worker.runs.hold(task_id, async (run) => {
    const { worker_id } = worker.runs;
    const session = newId();
    const { machine_id } = worker;
    const wanted = { task_id, worker_id, machine_id, cli_session_id: session };
    const task = await claimTask(worker.db, wanted);
    if (!task) return;
    const claim = { task_id, worker_id, attempt: task.attempt };
    const { redactor } = worker;
    const writer = outputWriter(
      worker.db,
      claim,
      task.last_seq,
      redactor,
      run.ending,
      () => run.end("lost"),
    );
    const interrupted = task.cli_session_id !== session;
    await workOn(worker, { task, claim, run, writer, slot, interrupted }, redactor);
  });
}

async function workOn(worker: Worker, running: Running, redactor: Redactor): Promise<void> {
  const { task, writer } = running;
  log.info("task {task_id} runs, attempt {attempt}", {
    task_id: task.task_id,
    attempt: task.attempt,
  });
  const told = setTimeout(
    () => void sayOnIt(worker, task),
    worker.acknowledge_after_seconds * 1000,
  );
  try {
    const result = await runCli(worker, running);
    await writer.flush();
    await finish(worker, running, result, redactor);
  } finally {
    clearTimeout(told);
  }
}

async function sayOnIt(worker: Worker, task: Task): Promise<void> {
  const link = `${worker.public_url}/tasks/${task.task_id}`;
  await acknowledge(worker.db, task, `On it: ${link}`).catch((error) =>
    log.warn("could not announce task {task_id}: {error}", { task_id: task.task_id, error })
  );
}

async function finish(
  worker: Worker,
  { task, claim, run }: Running,
  result: RunResult,
  redactor: Redactor,
): Promise<void> {
  // After a lost claim the row belongs to somebody else.
  if (run.end_reason === "lost") return;
  // A statement that got no answer is repeated by the next look at the table, not for ever here.
  const patience = AbortSignal.timeout(60_000);
  if (run.end_reason === "release") {
    return await persist(() => releaseTask(worker.db, claim), patience);
  }
  const ending = endingOf(task, result, redactor);
  const ended = await persist(() => finishTask(worker.db, claim, ending), patience);
  log.info("task {task_id}: {status}{reason}", {
    task_id: task.task_id,
    status: ended?.status ?? "taken by another worker",
    reason: ended?.error ? ` (${ended.error})` : "",
  });
}

/** The task's end from its last run's. Pure. */
export function endingOf(task: Task, result: RunResult, { redact }: Redactor): Ending {
  return {
    status: result.status,
    output: result.output && redact(result.output),
    error: result.error && redact(result.error),
    usage: addUsage(task, result.usage),
  };
}

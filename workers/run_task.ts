import { getLogger } from "@logtape/logtape";
import { newId } from "@/db/ids.ts";
import { acknowledge } from "@/db/replies.ts";
import type { Task } from "@/db/tasks.ts";
import { giveBack } from "@/db/tasks/give_back.ts";
import type { Interruption } from "@/db/nouns/task.ts";
import type { Coverage, Refusal } from "@/db/nouns/coverage.ts";
import { claimOf, claimTask, type Ending } from "@/db/tasks/run.ts";
import type { RunResult } from "@/workers/claude/run_types.ts";
import { outputWriter } from "@/workers/output_writer.ts";
import { persist } from "@/workers/persist.ts";
import type { Redactor } from "@/db/process/redact.ts";
import { runCli } from "@/workers/run/cli.ts";
import { branchHead } from "@/workers/run/branch_head.ts";
import { commitExecuted } from "@/workers/run/executed.ts";
import { finishOrFail } from "@/workers/run/finish.ts";
import { closeKept } from "@/workers/run/kept_workspace.ts";
import { addUsage, type Running } from "@/workers/run/running.ts";
import { type Unseen, unseenAfter, withUnseen } from "@/workers/run/unseen.ts";
import { redactData } from "@/workers/output/redact_data.ts";
import type { ActiveRun, EndReason } from "@/workers/runs.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "run_task"]);

/** As long as nobody else has taken the task, its claim holds: a result that cost money is kept. */
const FINISH_PATIENCE_MS = 10 * 60_000;
/** A worker that is asked to stop does not wait for Postgres: its lease runs out. */
const RELEASE_PATIENCE_MS = 5_000;

/** THE OTHER STORY: claim → prompt → run → store output → finish. */
export async function runTask(worker: Worker, task_id: string, slot: number): Promise<void> {
  try {
    await claimAndRun(worker, task_id, slot);
  } finally {
    worker.claude.warm?.prepare(slot);
  }
}

async function claimAndRun(worker: Worker, task_id: string, slot: number): Promise<void> {
  await worker.runs.hold(task_id, async (run) => {
    const session = newId();
    const task = await claim(worker, run, session);
    if (!task) return;
    const claimed = claimOf(task);
    const { redactor } = worker;
    const writer = outputWriter(
      worker.db,
      claimed,
      task.last_seq,
      redactor,
      run.ending,
      () => run.end("lost"),
    );
    const interrupted = task.cli_session_id !== session;
    const inputs = new Map();
    const unseen = unseenAfter(interrupted);
    const running: Running = {
      task,
      claim: claimed,
      run,
      writer,
      slot,
      interrupted,
      inputs,
      unseen,
      workflow: null,
      workspace: null,
      voided: null,
    };
    await workOn(worker, running, redactor);
  });
}

/** A claim whose answer was lost is asked for again by its id. */
async function claim(worker: Worker, run: ActiveRun, session: string): Promise<Task | null> {
  const { worker_id } = worker.runs;
  const { machine_id } = worker;
  const { task_id, claim_id } = run;
  const wanted = { task_id, claim_id, worker_id, machine_id, cli_session_id: session };
  return await persist(() => claimTask(worker.db, wanted), run.ending);
}

async function workOn(worker: Worker, running: Running, redactor: Redactor): Promise<void> {
  const { task, writer } = running;
  log.info("task {task_id} runs, attempt {attempt}", {
    task_id: task.task_id,
    attempt: task.attempt,
  });
  const told = setTimeout(
    () => void acknowledgeLater(worker, task),
    worker.acknowledge_after_seconds * 1000,
  );
  try {
    const result = await runCli(worker, running);
    await writer.flush();
    await Promise.all(running.inputs.values());
    await finish(worker, running, result, redactor);
  } finally {
    clearTimeout(told);
  }
}

async function acknowledgeLater(worker: Worker, task: Task): Promise<void> {
  const page = task.workflow_id === null ? `tasks/${task.task_id}` : `flows/${task.flow_id}`;
  const link = `${worker.public_url}/${page}`;
  await acknowledge(worker.db, task, `On it: ${link}`).catch((error) =>
    log.warn("could not announce task {task_id}: {error}", { task_id: task.task_id, error })
  );
}

async function finish(
  worker: Worker,
  running: Running,
  result: RunResult,
  redactor: Redactor,
): Promise<void> {
  const { task, claim, run } = running;
  // After a lost claim the row belongs to somebody else.
  if (run.end_reason === "lost") return;
  const why = interruptionOf(run.end_reason, result);
  const released = why === "worker_stopped";
  const patience = AbortSignal.timeout(released ? RELEASE_PATIENCE_MS : FINISH_PATIENCE_MS);
  const ended = why
    ? await persist(
      () => giveBack(worker.db, claim, why, addUsage(task, result.usage)),
      patience,
    )
    : await finishOrFail(
      worker.db,
      claim,
      await endingWith(worker, running, result, redactor),
      patience,
    );
  log.info("task {task_id}: {status}{reason}", {
    task_id: task.task_id,
    status: ended?.status ?? "its claim is over",
    reason: ended?.error ? ` (${ended.error})` : why ? ` (${why})` : "",
  });
  if (!why && ended?.status === "completed") await letGo(worker, running);
}

/** What a run left that failed stays for a day: somebody may want to look at it. */
async function letGo({ data_dir }: Worker, { task: { task_id }, workspace }: Running) {
  if (!workspace) return;
  await closeKept(data_dir, task_id, workspace).catch((error) =>
    log.warn("the checkout of task {task_id} stays for now: {error}", { task_id, error })
  );
}

/** The end of a run, with what an executor left committed and checked, or why it may not go out. */
async function endingWith(
  worker: Worker,
  running: Running,
  result: RunResult,
  redactor: Redactor,
): Promise<Ending> {
  const ending = endingOf(running.task, result, redactor, running.unseen);
  if (running.run.end_reason !== null) return ending;
  const { committed, problem } = await commitExecuted(worker, running, result);
  await running.writer.flush();
  const { voided } = running;
  if (problem === null) return { ...ending, committed, voided, planned_on: branchHead(running) };
  return { ...ending, status: "failed", error: redactor.redact(problem) };
}

export function interruptionOf(
  end_reason: EndReason | null,
  { ended_by }: Pick<RunResult, "ended_by">,
): Interruption | null {
  if (end_reason === "stop") return null;
  if (ended_by === "killed") return "cli_killed";
  // A run that was over when its worker was asked to stop is not paid for twice.
  const cut_off = ended_by === "stop" || ended_by === "spawn";
  return end_reason === "release" && cut_off ? "worker_stopped" : null;
}

export function endingOf(
  task: Task,
  result: RunResult,
  redactor: Redactor,
  unseen: Readonly<Unseen>,
): Ending {
  const { structured, refusals } = result;
  const coverage = withUnseen(result.coverage, unseen);
  const shown = redactData({ structured, coverage, refusals }, redactor);
  return {
    status: result.status,
    output: result.output && redactor.redact(result.output),
    error: result.error && redactor.redact(result.error),
    usage: addUsage(task, result.usage),
    result: shown.structured,
    coverage: shown.coverage as Coverage,
    refusals: shown.refusals as Refusal[],
  };
}

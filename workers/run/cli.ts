import { join } from "node:path";
import { lastMessages } from "@/db/conversations.ts";
import { newId } from "@/db/ids.ts";
import { STEP_RESULTS } from "@/db/nouns/step_results.ts";
import { inputHeard } from "@/db/task_inputs.ts";
import { markCliStarted, setCliSession } from "@/db/tasks/run.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { lastRefusal } from "@/db/workflows/last_refusal.ts";
import { mayRunFull } from "@/workers/claude/isolation.ts";
import { type RunFolders, runFolders } from "@/workers/claude/folders.ts";
import type { CliEvent } from "@/workers/claude/output.ts";
import { notStarted } from "@/workers/claude/outcome.ts";
import { startClaude } from "@/workers/claude/process.ts";
import type { ClaudeTask, RunResult } from "@/workers/claude/run_types.ts";
import { persist } from "@/workers/persist.ts";
import { buildPrompt, leftOutOf, MESSAGES_IN_PROMPT, RESUME_PROMPT } from "@/workers/prompt.ts";
import { settleAskedAtPull } from "@/workers/run/asked_at_pull.ts";
import { findWorkspace } from "@/workers/run/kept_workspace.ts";
import { fetchRepository } from "@/workers/run/repository.ts";
import { holdToProfile } from "@/workers/run/profile.ts";
import { refuseHopeless } from "@/workers/run/preflight.ts";
import { resultSchema } from "@/workers/run/result_schema.ts";
import { whyVoid } from "@/workers/run/branch_head.ts";
import { stepPrompt } from "@/workers/run/step_prompt.ts";
import { canResume } from "@/workers/run/resume.ts";
import { takeMessages } from "@/workers/signals.ts";
import { addUsage, remainingLimits, runId, type Running } from "@/workers/run/running.ts";
import type { Worker } from "@/workers/worker.ts";

/** Never throws: what goes wrong before the start is a failure. */
export async function runCli(worker: Worker, running: Running): Promise<RunResult> {
  try {
    return await prepareAndRun(worker, running);
  } catch (error) {
    return notStarted(error instanceof Error ? error.message : String(error), "spawn");
  }
}

async function prepareAndRun(worker: Worker, running: Running): Promise<RunResult> {
  const { task, run } = running;
  const full = mayRunFull(
    worker.claude.isolation,
    worker.isolation_setting,
    worker.claude.contained,
  );
  if (task.tool_profile === "full" && !full.allowed) return notStarted(full.reason, "spawn");
  const folders = runFolders(join(worker.runs_dir, worker.runFolder(task.task_id)));
  if (task.workflow_id) running.workflow = await workflowOf(worker, running, task.workflow_id);
  await settleAskedAtPull(worker, running);
  await refuseHopeless(worker, running);
  const resume = await canResume(worker, running, folders);
  if (resume) running.workspace = await findWorkspace(worker.data_dir, task.task_id);
  const repository = resume ? null : await fetchRepository(worker, running, folders);
  running.voided = await whyVoid(worker, running);
  if (running.voided !== null) return notStarted(running.voided, "spawn");
  // A session that cannot be resumed may exist all the same: its id would be refused.
  const cli_session_id = running.interrupted && !resume ? newId() : task.cli_session_id!;
  const prompt = resume ? RESUME_PROMPT : await promptFor(worker, running, repository);
  await holdToProfile(worker, running);
  if (run.ending.aborted) return notStarted("Ended before it began.", "spawn");
  if (cli_session_id !== task.cli_session_id) await remember(worker, running, cli_session_id);
  return await supervise(worker, running, folders, {
    run_id: runId(running),
    prompt,
    agent: task.assigned_agent,
    model: task.model,
    tool_profile: task.tool_profile,
    cli_session_id,
    resume,
    append_system_prompt: null,
    result_schema: task.step === null ? null : resultSchema(STEP_RESULTS[task.step]),
    limits: remainingLimits(worker.limits, task),
  });
}

async function remember(worker: Worker, { claim, run }: Running, cli_session_id: string) {
  const session = { cli_session_id, model: null };
  const kept = await persist(() => setCliSession(worker.db, claim, session), run.ending);
  if (!kept) run.end("lost");
}

async function promptFor(worker: Worker, running: Running, repository: string | null) {
  const { task, run, unseen } = running;
  const fence = `=== ${crypto.randomUUID()} ===`;
  if (task.step !== null) {
    const refused = await persist(() => lastRefusal(worker.db, task), run.ending);
    return stepPrompt(task.step, running.workflow!, repository, fence, refused);
  }
  const history = await persist(
    () => lastMessages(worker.db, task.conversation_id, MESSAGES_IN_PROMPT + 1),
    run.ending,
  );
  unseen.cut_off.push(...leftOutOf(history));
  return buildPrompt({ task, history, repository, fence });
}

async function workflowOf({ db }: Worker, { run }: Running, workflow_id: string) {
  const workflow = await persist(() => getWorkflow(db, workflow_id), run.ending);
  if (!workflow) throw new Error(`The workflow ${workflow_id} of this step is not there`);
  return workflow;
}

async function supervise(
  worker: Worker,
  running: Running,
  folders: RunFolders,
  task: ClaudeTask,
): Promise<RunResult> {
  const { run, claim } = running;
  const onEvent = (event: CliEvent) => take(worker, running, event);
  const errors = worker.redactor.stream();
  const cli = startClaude(task, folders, worker.claude, running.slot, onEvent, errors);
  const marked = cli.started.then(async (started) => {
    if (started) await keptOrLost(running, () => markCliStarted(worker.db, claim));
  });
  run.send = (message, input_id) => {
    running.inputs.set(input_id, null);
    cli.send(message, input_id);
  };
  void takeMessages(worker, [run]).catch(() => {});
  // Without a lease another worker may start the same at any moment: there is no time to ask.
  const stop = () => void (run.end_reason === "lost" ? cli.kill() : cli.stop());
  run.ending.addEventListener("abort", stop, { once: true });
  if (run.ending.aborted) stop();
  try {
    return await cli.done;
  } finally {
    await marked; // what follows asks whether a CLI had started
    run.send = null;
    run.ending.removeEventListener("abort", stop);
  }
}

function take(worker: Worker, running: Running, event: CliEvent): void {
  const { task, claim, writer } = running;
  if (event.type === "output") writer.add(event.row);
  else if (event.type === "metrics") writer.usage(addUsage(task, event.usage));
  else if (event.type === "taken_up") heard(worker, running, event.uuid);
  else if (event.type === "init") {
    // The CLI is up: a good moment to get the next sandbox ready.
    worker.claude.warm?.prepare(running.slot);
    const session = { cli_session_id: event.cli_session_id, model: event.model };
    void keptOrLost(running, () => setCliSession(worker.db, claim, session));
  }
}

/** Of prompt and messages, which both come back by their id, only messages have a row. */
function heard(worker: Worker, { claim, run, inputs }: Running, uuid: string): void {
  if (!inputs.has(uuid)) return;
  const noted = persist(() => inputHeard(worker.db, claim, uuid), run.ending).catch(() => {});
  inputs.set(uuid, noted);
}

async function keptOrLost({ run }: Running, write: () => Promise<boolean>): Promise<void> {
  const kept = await persist(write, run.ending).catch(() => true);
  if (!kept) run.end("lost");
}

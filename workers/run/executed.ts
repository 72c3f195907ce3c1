import { isConnectionError } from "@/db/client.ts";
import type { Committed } from "@/db/workflows/request_change.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import type { Running } from "@/workers/run/running.ts";
import { runId } from "@/workers/run/running.ts";
import { note } from "@/workers/run/notes.ts";
import { patiently } from "@/workers/run/patiently.ts";
import { executorResult } from "@/db/nouns/step_results.ts";
import type { RunResult } from "@/workers/claude/run_types.ts";
import type { KeptWorkspace } from "@/workers/run/kept_workspace.ts";
import { RepositoryError } from "@/workers/workspace.ts";
import { branchOf } from "@/workers/workspace/branch_name.ts";
import { checkCommit } from "@/workers/workspace/check_commit.ts";
import { type Commit, commitWorkspace, MAX_FILE_BYTES } from "@/workers/workspace/commit.ts";
import type { Worker } from "@/workers/worker.ts";

export interface Executed {
  committed: Committed | null;
  /** Why nothing of it may leave; null: it may, or nothing was changed. */
  problem: string | null;
}

/** Commits and checks what an executor left, outside of its sandbox. Never throws. */
export async function commitExecuted(
  worker: Worker,
  running: Running,
  result: RunResult,
): Promise<Executed> {
  const { workflow, workspace, task } = running;
  if (task.step !== "executor" || result.status !== "completed" || !workflow) return NOTHING;
  if (!workspace) return refused("There was no checkout that could have been changed.");
  try {
    const work = () => commitAndCheck(worker, running, result, workflow, workspace);
    return await patiently(work, running.run.ending);
  } catch (error) {
    if (isConnectionError(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return refused(error instanceof RepositoryError ? why : `Committing met a fault: ${why}`);
  }
}

const NOTHING: Executed = { committed: null, problem: null };
const refused = (problem: string): Executed => ({ committed: null, problem });

async function commitAndCheck(
  worker: Worker,
  running: Running,
  result: RunResult,
  workflow: Workflow,
  workspace: KeptWorkspace,
): Promise<Executed> {
  const { task, run, writer } = running;
  const { committer: { author, signing_key }, redactor, machine_id } = worker;
  const made = await commitWorkspace(workspace, {
    task_id: task.task_id,
    message: messageOf(workflow),
    author,
    co_author: coAuthorOf(workflow),
    signing_key,
    run_id: runId(running),
    signal: run.ending,
  });
  if (!made) return NOTHING;
  const planned = workflow.plan?.files_affected.map(({ path }) => path) ?? [];
  // What a merge brings from the base is at the host already.
  const before = workspace.merging?.tree ?? workspace.head;
  const checked = await checkCommit(workspace, before, made.commit, {
    planned_files: planned,
    outside_plan: executorResult.safeParse(result.structured).data?.outside_plan ?? [],
    allowed_ci_files: planned,
    redactor,
    max_file_bytes: MAX_FILE_BYTES,
  });
  if (checked.refusals.length > 0) {
    return refused(`What it left may not go out: ${checked.refusals.join("; ")}.`);
  }
  writer.add(note(`Committed ${made.commit.slice(0, 12)}: ${filesOf(made)}.`, {
    commit: made.commit,
  }));
  const { base_branch, base_commit, head, ref } = workspace;
  const branch = workflow.branch ?? branchOf(workflow);
  return {
    problem: null,
    committed: {
      task_id: task.task_id,
      machine_id,
      commit: made.commit,
      files: made.files,
      remarks: checked.remarks,
      is_signed: made.signed,
      branch,
      // Where nothing of an earlier round has come to the host, there is no branch yet.
      expected_head: ref === branch ? head : null,
      base_branch,
      base_commit,
    },
  };
}

const filesOf = ({ files }: Commit) => files.length === 1 ? "one file" : `${files.length} files`;

function messageOf({ plan, asked }: Workflow): string {
  const title = plan?.title ?? asked.title;
  return asked.url ? `${title}\n\nAsked for at ${asked.url}` : title;
}

function coAuthorOf({ asked: { by } }: Workflow) {
  return by.email === null ? null : { name: by.name ?? by.email, email: by.email };
}

import { ownCommits } from "@/db/workflows/own_commits.ts";
import { persist } from "@/workers/persist.ts";
import type { Running } from "@/workers/run/running.ts";
import type { Worker } from "@/workers/worker.ts";

/** Where our branch was as it was checked out; null: it is not there, or none was. */
export function branchHead(
  { workflow, workspace }: Pick<Running, "workflow" | "workspace">,
): string | null {
  const is_there = workspace && workflow?.branch && workspace.ref === workflow.branch;
  return is_there ? workspace.head : null;
}

/** Why a yes is none to what an executor would work on: others have changed the branch. */
export async function whyVoid(worker: Worker, running: Running): Promise<string | null> {
  const { task, workflow, run } = running;
  const head = branchHead(running);
  if (task.step !== "executor" || !workflow || head === null || head === workflow.planned_on) {
    return null;
  }
  const { workflow_id, planned_on, branch } = workflow;
  const own = await persist(() => ownCommits(worker.db, workflow_id), run.ending);
  if (planned_on === null && own.includes(head)) return null;
  return `The branch ${branch} is at commit ${head.slice(0, 12)}, which ` +
    (planned_on === null ? "is none of ours: " : "the plan was not written on: ") +
    "somebody has changed it, so the approval is void.";
}

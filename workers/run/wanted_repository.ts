import type { Task } from "@/db/nouns/task.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { repositoryAt, type Source, sourceOf } from "@/workers/repository/source.ts";
import type { WorkspaceRequest } from "@/workers/workspace.ts";

export type WantedRepository =
  & Source
  & Pick<WorkspaceRequest, "branch" | "base" | "commit" | "writable" | "merges_base">;

type WorkflowParts = Pick<
  Workflow,
  "repository" | "branch" | "base_branch" | "head_commit" | "asked" | "class" | "steps"
>;

/** What a run gets to see of which repository, and whether it may change it; null: of none. */
export function wantedRepository(
  clone_urls: Record<string, string>,
  task: Pick<Task, "source_metadata" | "step">,
  workflow: WorkflowParts | null,
): WantedRepository | null {
  if (!workflow) {
    const source = sourceOf(clone_urls, task.source_metadata);
    return source && { ...source, branch: null, base: null, commit: null, writable: false };
  }
  const { repository, branch, base_branch, head_commit } = workflow;
  const source = repository &&
    (proposedIn(clone_urls, workflow) ?? repositoryAt(clone_urls, repository));
  if (!source) return null;
  // What was pushed is verified, and not what the branch may be by now.
  const is_looked_at = task.step === "verifier" || task.step === "self-improvement";
  return {
    ...source,
    branch,
    base: base_branch ?? repository.branch,
    commit: is_looked_at ? head_commit : null,
    writable: task.step === "executor",
    merges_base: task.step === "executor" && branch !== null,
  };
}

/** The pull request that an analysis was asked for at, of a fork too; null: it is about none. */
function proposedIn(
  clone_urls: Record<string, string>,
  { repository, branch, asked, class: kind, steps }: WorkflowParts,
): Source | null {
  const changes = kind !== "analysis" && steps.includes("executor");
  if (changes || branch !== null || repository?.branch) return null;
  const source = sourceOf(clone_urls, asked.source_metadata);
  const is_same = source?.provider === repository?.provider &&
    source?.repository === repository?.name;
  return is_same && source?.ref ? source : null;
}

import { type Approval, type Vote, votesOf } from "@/db/approvals.ts";
import { type ChangedLine, lineDiff } from "@/db/approvals/line_diff.ts";
import type { Asked, Workflow } from "@/db/nouns/workflow.ts";
import { getWorkflow } from "@/db/workflows.ts";
import type { AppDeps } from "@/server/env.ts";
import { shownAsked, shownVotes } from "@/server/shown.ts";

/** What somebody has to know who decides, beside the plan; without secrets. */
export interface ApprovalBasis {
  votes: Vote[];
  asked: Asked;
  command: string;
  repository: string | null;
  /** How the text reads by now, against what was asked for and runs; null: as it was. */
  edited: { by: string; lines: ChangedLine[] } | null;
}

/** Null: its work is not there. */
export async function approvalBasis(
  deps: AppDeps,
  { approval_id, workflow_id }: Approval,
): Promise<ApprovalBasis | null> {
  const workflow = await getWorkflow(deps.db, workflow_id);
  if (!workflow) return null;
  const { asked, command, repository } = workflow;
  return {
    votes: shownVotes(deps, await votesOf(deps.db, approval_id)),
    asked: shownAsked(deps, asked),
    command,
    repository: repository && `${repository.provider}:${repository.name}`,
    edited: editedOf(deps, workflow),
  };
}

function editedOf({ redactor: { redact } }: AppDeps, { asked, edited }: Workflow) {
  if (!edited) return null;
  const whole = (title: string, description: string) => redact(`${title}\n\n${description.trim()}`);
  const now = whole(edited.title ?? asked.title, edited.description);
  return { by: redact(edited.by), lines: lineDiff(whole(asked.title, asked.description), now) };
}

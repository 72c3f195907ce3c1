/** What people are told of a workflow, in Markdown. Pure. */
import type { Approval } from "@/db/nouns/approval.ts";
import type { PullRequestRow } from "@/db/nouns/change.ts";
import { brainResult } from "@/db/nouns/step_results.ts";
import type { Step } from "@/db/nouns/step.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { literal } from "@/db/workflows/literal.ts";
import { planText, stepText } from "@/db/workflows/step_text.ts";

export interface Told {
  workflow: Pick<
    Workflow,
    | "flow_id"
    | "asked"
    | "rules"
    | "steps"
    | "status"
    | "waits_for"
    | "round"
    | "class"
    | "repository"
    | "plan"
    | "error"
    | "failed_step"
    | "end_text"
    | "ended_at"
  >;
  /** The one that is under way. */
  step: Step | null;
  approval:
    | Pick<
      Approval,
      | "approval_id"
      | "status"
      | "plan"
      | "plan_hash"
      | "needed"
      | "expires_at"
      | "decided_by"
      | "decided_via"
      | "note"
      | "void_reason"
      | "refused"
    >
    | null;
  /** Who has said yes so far, where more than one has to. */
  votes: { name: string; note: string | null }[];
  pull_request: Pick<PullRequestRow, "url" | "number" | "state" | "is_draft"> | null;
  verdict: unknown;
  /** What the brain handed over. */
  answer: unknown;
  remarks: string[];
  is_signed: boolean | null;
  cost_usd: number;
  duration_seconds: number;
}

const join = (...parts: (string | null)[]) => parts.filter(Boolean).join("\n\n");

/** The plan and how to approve it; null before there is one. */
export function planNotice(told: Told): string | null {
  const { workflow, approval } = told;
  if (workflow.plan && !approval && workflow.class === "analysis") return planText(workflow.plan);
  if (!approval) return null;
  const { hidden } = workflow.asked;
  const unseen = approval.status === "pending" && hidden.length > 0
    ? "**The request has text that people do not see.** The agent did not get it; the link below " +
      "shows it."
    : null;
  return join(planText(approval.plan), "---", unseen, standing(told, approval), stays(told));
}

/** What an earlier plan has made is there all the same. */
const stays = ({ pull_request, approval }: Told): string | null =>
  pull_request?.state === "open" && ["rejected", "expired"].includes(approval!.status)
    ? `Pull request #${pull_request.number} stays as it was.`
    : null;

function standing(
  { workflow: { rules }, votes }: Told,
  approval: NonNullable<Told["approval"]>,
): string {
  const { status, approval_id, decided_by, decided_via, note, void_reason } = approval;
  const by = `by ${decided_by} (${decided_via})${note ? `: ${note}` : "."}`;
  switch (status) {
    case "pending":
      return join(
        howTo(approval, `${rules.public_url}/approvals/${approval_id}`),
        saidSoFar(votes),
        approval.refused && literal(approval.refused),
      );
    case "approved":
      return `**Approved** ${by}`;
    case "rejected":
      return `**Rejected** ${by}`;
    case "sent_back":
      return `**Sent back** ${by} A new plan follows.`;
    case "expired":
      return "**Expired**: nobody approved it in time.";
    case "void":
      return `**No longer valid**: ${void_reason}`;
  }
}

/** Each yes so far, with what it adds. */
export const voteText = ({ name, note }: Told["votes"][number]): string =>
  note ? `${name}, with the note: ${note}` : name;

const saidSoFar = (votes: Told["votes"]): string | null =>
  votes.length === 0
    ? null
    : `Approved so far by ${votes.map((vote) => literal(voteText(vote))).join(", ")}.`;

export const minute = (at: Date): string => at.toISOString().slice(0, 16).replace("T", " ");

const howTo = ({ needed, expires_at }: NonNullable<Told["approval"]>, link: string): string =>
  `**Nothing is changed before ${
    needed === 1 ? "somebody approves" : `${needed} people approve`
  } ` +
  "this plan.** Answer `approve` (with a note, if you like), `reject` with a reason, or `fix` with " +
  `what the plan should do otherwise, each behind my name, or decide here: ${link}. ` +
  `It expires on ${minute(expires_at)} UTC.`;

/** How it stands or ended, from the approval on; null while only the plan is of interest. */
export function resultNotice(told: Told): string | null {
  const { workflow, pull_request, remarks } = told;
  const { status, approval_known } = { ...workflow, approval_known: told.approval !== null };
  if (status === "failed") return join(failureText(workflow), figures(told));
  if (workflow.ended_at !== null) return join(endText(told), pullRequestText(told), figures(told));
  const begun = approval_known && told.approval!.status === "approved";
  if (!begun && pull_request === null) return null;
  return join(
    progressText(workflow, pull_request),
    pullRequestText(told),
    remarks.length > 0 ? remarks.map((remark) => `- ${remark}`).join("\n") : null,
    told.verdict ? stepText("verifier", told.verdict) : null,
    figures(told),
  );
}

const failureText = ({ failed_step, error, rules, flow_id }: Told["workflow"]): string =>
  `**Stopped at the step \`${failed_step}\`**: ${error}\n\n` +
  `Try this step again or give up: ${rules.public_url}/flows/${flow_id}`;

/** Whether the end's words are the answer to a question. */
export function isAnswer({ workflow, answer }: Told): boolean {
  const read = brainResult.safeParse(answer).data;
  return read?.class === "question" && read.answer?.trim() === workflow.end_text;
}

function endText(told: Told): string {
  const { workflow } = told;
  if (isAnswer(told) || workflow.status === "done") return workflow.end_text ?? "";
  return `**Stopped**: ${workflow.end_text}`;
}

function progressText(
  { waits_for, round }: Told["workflow"],
  pull_request: Told["pull_request"],
): string {
  if (waits_for === "pull_request") {
    return pull_request?.is_draft
      ? "The change is made; its pull request is still a draft."
      : "**The change is made and verified**; it waits for your review.";
  }
  if (waits_for === "approval") return "A new plan waits for an approval.";
  return round > 1 ? `On it (round ${round}).` : "On it.";
}

function pullRequestText({ pull_request, is_signed }: Told): string | null {
  if (!pull_request) return null;
  const { url, number, state, is_draft } = pull_request;
  const how = state === "open" && is_draft ? "draft" : state;
  const signed = is_signed === false ? " Its commits are not signed." : "";
  return `Pull request [#${number}](${url}) (${how}).${signed}`;
}

export const figures = ({ cost_usd, duration_seconds }: Told): string =>
  `${cost_usd.toFixed(2)} US dollars, ${Math.round(duration_seconds / 60)} min of work.`;

import { pendingApprovalOf } from "@/db/approvals.ts";
import { decideApproval } from "@/db/approvals/decide.ts";
import { voidApproval } from "@/db/approvals/close.ts";
import { giveReason } from "@/db/approvals/reason.ts";
import type { Sql } from "@/db/client.ts";
import { answerPress } from "@/db/flows/answer_press.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import { markPullRequest, pullRequestOf, type PullRequestRow } from "@/db/pull_requests.ts";
import { openWorkflowOf, type Workflow } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import type { WorkflowEvent } from "@/db/workflows/next_step.ts";

interface Where {
  flow_id: string;
  provider: string;
}
type Of<Kind extends FlowNews["kind"]> = Extract<FlowNews, { kind: Kind }>;

/** All checks of one commit, as its host has them. */
export interface SeenChecks {
  commit: string;
  state: NonNullable<PullRequestRow["checks"]>;
  /** The failed ones in words: the same words mean the same failure. */
  failed: string;
}

/** What news mean for the open work of a flow: done in the caller's transaction, and said. */
export async function hear(
  tx: Sql,
  where: Where,
  news: FlowNews,
  checks: SeenChecks | null = null,
): Promise<string> {
  if (news.kind === "decision") return await decided(tx, where, news);
  if (news.kind === "reason") return await explained(tx, news);
  const workflow = await openWorkflowOf({ sql: tx }, where.flow_id);
  if (!workflow) return "No work is open in this flow.";
  switch (news.kind) {
    case "asked_again":
      return await follow(tx, workflow, { kind: "asked_again", note: news.note });
    case "merged":
    case "closed":
      return await ended(tx, workflow, news.kind);
    case "reopened":
      await markPullRequest(tx, workflow.workflow_id, { state: "open" });
      return "Its pull request is open again.";
    case "pushed":
      return await pushed(tx, workflow, news);
    case "text_edited":
      return await edited(tx, workflow, news);
    case "checks":
      return await checked(tx, workflow, news, checks);
  }
}

async function decided(tx: Sql, { provider }: Where, news: Of<"decision">): Promise<string> {
  const answer = await decideApproval(tx, news);
  const { outcome } = answer;
  if (news.answer_to) {
    await answerPress(tx, { provider, target: news.answer_to, news }, answer);
  }
  return outcome === "decided"
    ? `The plan is ${news.decision}.`
    : `It was no decision: ${outcome}.`;
}

async function explained(tx: Sql, news: Of<"reason">): Promise<string> {
  const is_kept = await giveReason(tx, news);
  return is_kept ? "It is kept as the reason of the no." : "No reason is asked for any more.";
}

async function follow(tx: Sql, { workflow_id }: Workflow, event: WorkflowEvent): Promise<string> {
  const advanced = await advance(tx, workflow_id, event);
  if (!advanced || advanced.outcome.do === "nothing") {
    return `Nothing follows: ${
      advanced?.outcome.do === "nothing" ? advanced.outcome.why : "gone"
    }.`;
  }
  return `The work goes on: ${advanced.outcome.do}.`;
}

async function ended(tx: Sql, workflow: Workflow, state: "merged" | "closed"): Promise<string> {
  await markPullRequest(tx, workflow.workflow_id, { state });
  return await follow(tx, workflow, { kind: "pull_request", state });
}

/** Commits of others are not what was shown. */
async function pushed(tx: Sql, workflow: Workflow, { commit, by }: Of<"pushed">): Promise<string> {
  const known = await pullRequestOf({ sql: tx }, workflow.workflow_id);
  if (commit === null || commit === known?.head) return "It is our own commit.";
  await markPullRequest(tx, workflow.workflow_id, { head: commit });
  const who = by.name ?? by.id ?? "somebody";
  return await voided(tx, workflow, `${who} pushed commit ${commit.slice(0, 12)} to its branch.`);
}

async function edited(
  tx: Sql,
  workflow: Workflow,
  { title, description, by }: Of<"text_edited">,
): Promise<string> {
  const { asked } = workflow;
  const same = description.trim() === asked.description.trim() &&
    (title === "" || title.slice(0, 500) === asked.title);
  if (same) return "Nothing of what was asked for is different.";
  const who = by.name ?? by.id ?? "Somebody";
  return await voided(tx, workflow, `${who} edited the text after the plan was written.`);
}

async function voided(tx: Sql, { flow_id }: Workflow, why: string): Promise<string> {
  const approval = await pendingApprovalOf({ sql: tx }, flow_id);
  if (!approval) return `${why} No approval waits, and what was asked for stays as it was.`;
  const is_void = await voidApproval(tx, approval, why);
  return is_void ? `${why} The approval is void.` : "It was decided meanwhile.";
}

/** One check tells little: what counts is how all of them stand. */
async function checked(
  tx: Sql,
  workflow: Workflow,
  { commit }: Of<"checks">,
  checks: SeenChecks | null,
): Promise<string> {
  const known = await pullRequestOf({ sql: tx }, workflow.workflow_id);
  if (!known || known.head !== commit) return "It is not the newest commit of its pull request.";
  if (checks?.commit !== commit) return "How its checks stand is not known.";
  await markPullRequest(tx, workflow.workflow_id, { checks: checks.state });
  if (checks.state !== "red") return `Its checks are ${checks.state}.`;
  return await follow(tx, workflow, { kind: "checks_failed", checks: checks.failed });
}

import { pendingApprovalOf } from "@/db/approvals.ts";
import { decideApproval } from "@/db/approvals/decide.ts";
import { voidApproval } from "@/db/approvals/close.ts";
import type { Sql } from "@/db/client.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import { markPullRequest, pullRequestOf } from "@/db/pull_requests.ts";
import { openWorkflowOf, type Workflow } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import type { WorkflowEvent } from "@/db/workflows/next_step.ts";

interface Where {
  flow_id: string;
  provider: string;
}
type Of<Kind extends FlowNews["kind"]> = Extract<FlowNews, { kind: Kind }>;

/** What news mean for the open work of a flow: done in the caller's transaction, and said. */
export async function hear(tx: Sql, where: Where, news: FlowNews): Promise<string> {
  if (news.kind === "decision") return await decided(tx, news);
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
      return await checked(tx, workflow, news);
  }
}

async function decided(tx: Sql, news: Of<"decision">): Promise<string> {
  const { outcome } = await decideApproval(tx, news);
  return outcome === "decided"
    ? `The plan is ${news.decision}.`
    : `It was no decision: ${outcome}.`;
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

const RED = new Set(["failure", "failed", "error", "timed_out", "startup_failure"]);
const GREEN = new Set(["success", "neutral", "skipped"]);

async function checked(
  tx: Sql,
  workflow: Workflow,
  { conclusion, commit }: Of<"checks">,
): Promise<string> {
  const known = await pullRequestOf({ sql: tx }, workflow.workflow_id);
  if (!known || known.head !== commit) return "It is not the newest commit of its pull request.";
  const state = RED.has(conclusion ?? "") ? "red" : GREEN.has(conclusion ?? "") ? "green" : null;
  if (state === null) return `Its checks say ${conclusion}.`;
  await markPullRequest(tx, workflow.workflow_id, { checks: state });
  if (state === "green") return "A check is green.";
  return await follow(tx, workflow, { kind: "checks_failed", checks: `${conclusion}` });
}

import { giveReason } from "@/db/approvals/reason.ts";
import type { Sql } from "@/db/client.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import { hearChecks, type SeenChecks } from "@/db/hear/checks.ts";
import { hearDecision } from "@/db/hear/decision.ts";
import { hearEdit } from "@/db/hear/edit.ts";
import { hearPush } from "@/db/hear/push.ts";
import { goOn } from "@/db/hear/go_on.ts";
import { markPullRequest, pullRequestOf } from "@/db/pull_requests.ts";
import { openWorkflowOf, type Workflow } from "@/db/workflows.ts";

export type { SeenChecks };

interface Where {
  flow_id: string;
  provider: string;
}

/** What news mean for the open work of a flow: done in the caller's transaction, and said. */
export async function hear(
  tx: Sql,
  where: Where,
  news: FlowNews,
  checks: SeenChecks | null = null,
): Promise<string> {
  if (news.kind === "decision") return await hearDecision(tx, where.provider, news);
  if (news.kind === "reason") {
    const is_kept = await giveReason(tx, news);
    return is_kept ? "It is kept as the reason of the no." : "No reason is asked for any more.";
  }
  const workflow = await openWorkflowOf({ sql: tx }, where.flow_id);
  if (!workflow) return "No work is open in this flow.";
  switch (news.kind) {
    case "asked_again": {
      const { note, person } = news;
      return await goOn(tx, workflow, { kind: "asked_again", note, by: person });
    }
    case "merged":
    case "closed":
    case "reopened":
      return await hearEnd(tx, workflow, news);
    case "pushed":
      return await hearPush(tx, workflow, news);
    case "text_edited":
      return await hearEdit(tx, workflow, news);
    case "checks":
      return await hearChecks(tx, workflow, news, checks);
  }
}

/** Of the pull request that the work has made: work may be about another one. */
async function hearEnd(
  tx: Sql,
  workflow: Workflow,
  { kind, number }: Extract<FlowNews, { kind: "merged" | "closed" | "reopened" }>,
): Promise<string> {
  const known = await pullRequestOf({ sql: tx }, workflow.workflow_id);
  if (!known || number !== null && number !== known.number) {
    return "It is not the newest pull request of this work.";
  }
  // Told late: a push has seen it at the host, and went on with another pull request.
  if (known.state === kind) return "It is known already.";
  const state = kind === "reopened" ? "open" : kind;
  await markPullRequest(tx, workflow.workflow_id, { state });
  if (state === "open") return "Its pull request is open again.";
  return await goOn(tx, workflow, { kind: "pull_request", state });
}

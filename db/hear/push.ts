import { pendingApprovalOf } from "@/db/approvals.ts";
import type { Sql } from "@/db/client.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import { markPullRequest, pullRequestOf } from "@/db/pull_requests.ts";
import type { Workflow } from "@/db/workflows.ts";
import { goOn } from "@/db/hear/go_on.ts";
import { ownCommits } from "@/db/workflows/own_commits.ts";

/** Commits of others are not what was shown: a yes counts no more, used or not. */
export async function hearPush(
  tx: Sql,
  workflow: Workflow,
  { commit, number, by }: Extract<FlowNews, { kind: "pushed" }>,
): Promise<string> {
  const { workflow_id, flow_id } = workflow;
  const known = await pullRequestOf({ sql: tx }, workflow_id);
  if (!known || number !== null && number !== known.number) {
    return "It is not the newest pull request of this work.";
  }
  if (commit === null) return "It names no commit.";
  // Told before we have noted that it is out.
  if ((await ownCommits({ sql: tx }, workflow_id)).includes(commit)) return "It is our own commit.";
  if (commit === known.head) return "It is known already.";
  await markPullRequest(tx, workflow_id, { head: commit });
  const who = by.name ?? by.id ?? "Somebody";
  const why = `${who} pushed commit ${commit.slice(0, 12)} to its branch.`;
  const approval = await pendingApprovalOf({ sql: tx }, flow_id);
  if (!approval && !await executorRuns(tx, workflow_id)) {
    return `${why} Nothing that was approved is under way.`;
  }
  return `${why} The approval is void. ${await goOn(tx, workflow, { kind: "voided", why })}`;
}

async function executorRuns(tx: Sql, workflow_id: string): Promise<boolean> {
  const rows = await tx`
    select from tasks
    where workflow_id = ${workflow_id} and step = 'executor' and completed_at is null`;
  return rows.count > 0;
}

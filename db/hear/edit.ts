import { pendingApprovalOf } from "@/db/approvals.ts";
import { voidApproval } from "@/db/approvals/close.ts";
import type { Sql } from "@/db/client.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import type { Edited } from "@/db/nouns/workflow.ts";
import { pullRequestOf } from "@/db/pull_requests.ts";
import { storableJson } from "@/db/storable.ts";
import type { Workflow } from "@/db/workflows.ts";

const LONGEST_DESCRIPTION = 200_000;

/** What was asked for stays as it was; how it reads now is kept beside it, to be compared. */
export async function hearEdit(
  tx: Sql,
  workflow: Workflow,
  news: Extract<FlowNews, { kind: "text_edited" }>,
): Promise<string> {
  if (await isOurPullRequest(tx, workflow, news.number)) {
    return "It is the text of our own pull request, which nothing was asked by.";
  }
  const { asked, workflow_id, flow_id } = workflow;
  const by = news.by.name ?? news.by.id ?? "Somebody";
  const now: Edited = {
    title: news.title === "" ? null : news.title.slice(0, 500),
    description: news.description.slice(0, LONGEST_DESCRIPTION),
    by,
  };
  const same = now.description.trim() === asked.description.trim() &&
    (now.title === null || now.title === asked.title);
  await tx`
    update workflows set edited = ${same ? null : tx`${storableJson(now)}::text::jsonb`}
    where workflow_id = ${workflow_id}`;
  if (same) return "Nothing of what was asked for is different.";
  const why = `${by} edited the text after the plan was written.`;
  const approval = await pendingApprovalOf({ sql: tx }, flow_id);
  if (!approval) return `${by} edited the text. No approval waits, and what was asked for stays.`;
  const is_void = await voidApproval(tx, approval, why);
  return is_void ? `${why} The approval is void.` : "It was decided meanwhile.";
}

/** Where issues and pull requests share their numbers, the work may be about one of those. */
async function isOurPullRequest(
  tx: Sql,
  { workflow_id, asked }: Workflow,
  number: number | null,
): Promise<boolean> {
  const known = await pullRequestOf({ sql: tx }, workflow_id);
  if (!known || number !== known.number) return false;
  return !new RegExp(`(^|\\D)${number}$`).test(asked.number ?? "");
}

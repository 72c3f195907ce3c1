import type { Sql } from "@/db/client.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import { markPullRequest, pullRequestOf, type PullRequestRow } from "@/db/pull_requests.ts";
import type { Workflow } from "@/db/workflows.ts";
import { goOn } from "@/db/hear/go_on.ts";
import { ownCommits } from "@/db/workflows/own_commits.ts";

/** All checks of one commit, as its host has them. */
export interface SeenChecks {
  commit: string;
  state: NonNullable<PullRequestRow["checks"]>;
  /** The failed ones in words: the same words mean the same failure. */
  failed: string;
}

/** One check tells little: what counts is how all of them stand. */
export async function hearChecks(
  tx: Sql,
  workflow: Workflow,
  { commit }: Extract<FlowNews, { kind: "checks" }>,
  checks: SeenChecks | null,
): Promise<string> {
  const { workflow_id } = workflow;
  const known = await pullRequestOf({ sql: tx }, workflow_id);
  if (!known || known.head !== commit) return "It is not the newest commit of its pull request.";
  if (checks?.commit !== commit) return "How its checks stand is not known.";
  const { state, failed } = checks;
  const failed_checks = state === "red" ? failed : null;
  await markPullRequest(tx, workflow_id, { checks: state, failed_checks });
  if (state === "green") {
    await tx`update workflows set failed_checks = null where workflow_id = ${workflow_id}`;
  }
  if (state !== "red") return `Its checks are ${state}.`;
  if (!(await ownCommits({ sql: tx }, workflow_id)).includes(commit)) {
    return "Its checks are red, and the commit is one of others.";
  }
  return await goOn(tx, workflow, { kind: "checks_failed", checks: failed });
}

import type { Sql } from "@/db/client.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import { markPullRequest, pullRequestOf, type PullRequestRow } from "@/db/pull_requests.ts";
import type { Workflow } from "@/db/workflows.ts";
import { goOn } from "@/db/hear/go_on.ts";
import { storable } from "@/db/storable.ts";

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
  if (commit === null || checks?.commit !== commit) return "How its checks stand is not known.";
  const { state, failed } = checks;
  const is_own = await keepFailed(tx, workflow_id, commit, state === "red" ? failed : null);
  const known = await pullRequestOf({ sql: tx }, workflow_id);
  if (known?.head !== commit) {
    return is_own
      ? `Its checks are ${state}, which counts once it is the newest of its pull request.`
      : "It is not the newest commit of its pull request.";
  }
  await markPullRequest(tx, workflow_id, { checks: state });
  if (state === "green") {
    await tx`update workflows set failed_checks = null where workflow_id = ${workflow_id}`;
  }
  if (state !== "red") return `Its checks are ${state}.`;
  if (!is_own) return "Its checks are red, and the commit is one of others.";
  return await goOn(tx, workflow, { kind: "checks_failed", checks: failed });
}

/** A host may be quicker than we are with what follows a push. False: it is no commit of ours. */
async function keepFailed(
  tx: Sql,
  workflow_id: string,
  commit: string,
  failed: string | null,
): Promise<boolean> {
  const kept = await tx`
    update changes set failed_checks = ${failed && storable(failed)}
    where workflow_id = ${workflow_id} and commit = ${commit}`;
  return kept.count > 0;
}

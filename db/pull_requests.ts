import type { Sql } from "@/db/client.ts";
import type { PullRequestRow } from "@/db/nouns/change.ts";
import { storable } from "@/db/storable.ts";

export type { PullRequestRow };

/** The newest of a workflow. */
export async function pullRequestOf(
  { sql }: { sql: Sql },
  workflow_id: string,
): Promise<PullRequestRow | null> {
  const [row] = await sql<PullRequestRow[]>`
    select provider, repository, number, flow_id, workflow_id, url, title, state, is_draft, branch,
      base, head, checks
    from pull_requests where workflow_id = ${workflow_id} order by created_at desc limit 1`;
  return row ?? null;
}

/** How many a workflow has opened so far. */
export async function countPullRequests(
  { sql }: { sql: Sql },
  workflow_id: string,
): Promise<number> {
  const [{ count }] = await sql<{ count: number }[]>`
    select count(*)::integer as count from pull_requests where workflow_id = ${workflow_id}`;
  return count;
}

/** Notes one of ours, and that what comes in about it belongs to the flow that made it. */
export async function savePullRequest(
  tx: Sql,
  row: Omit<PullRequestRow, "checks">,
  alias_flow_id: string | null,
): Promise<void> {
  await tx`
    insert into pull_requests ${tx({ ...row, title: storable(row.title) })}
    on conflict (provider, repository, number) do update set title = excluded.title,
      state = excluded.state, is_draft = excluded.is_draft, branch = excluded.branch,
      base = excluded.base, head = excluded.head, workflow_id = excluded.workflow_id,
      flow_id = excluded.flow_id, checks = null, updated_at = now()`;
  if (alias_flow_id === null || alias_flow_id === row.flow_id) return;
  await tx`
    insert into flow_aliases (alias_flow_id, flow_id) values (${alias_flow_id}, ${row.flow_id})
    on conflict (alias_flow_id) do update set flow_id = excluded.flow_id`;
}

/** What became of the newest pull request of a workflow; what was merged stays that. */
export async function markPullRequest(
  tx: Sql,
  workflow_id: string,
  { state, head, checks, is_draft }: Partial<
    Pick<PullRequestRow, "state" | "head" | "checks" | "is_draft">
  >,
): Promise<void> {
  await tx`
    update pull_requests set
      state = case state when 'merged' then state else coalesce(${state ?? null}, state) end,
      head = coalesce(${head ?? null}, head), is_draft = coalesce(${is_draft ?? null}, is_draft),
      checks = ${head ? null : tx`coalesce(${checks ?? null}, checks)`}, updated_at = now()
    where (provider, repository, number) = (
      select provider, repository, number from pull_requests where workflow_id = ${workflow_id}
      order by created_at desc limit 1)`;
}

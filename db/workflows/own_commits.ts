import type { Sql } from "@/db/client.ts";

/** What failed of the newest commit of its pull request, where that is ours; null: nothing. */
export async function redChecksOf(tx: Sql, workflow_id: string): Promise<string | null> {
  const [row] = await tx<{ failed_checks: string | null }[]>`
    select c.failed_checks from pull_requests p
    join changes c on c.workflow_id = p.workflow_id and c.commit = p.head
    where p.workflow_id = ${workflow_id} and p.state = 'open'
    order by p.created_at desc, c.change_id desc limit 1`;
  return row?.failed_checks ?? null;
}

/** Which commits we have made in this work, whether they went out or not. */
export async function ownCommits({ sql }: { sql: Sql }, workflow_id: string): Promise<string[]> {
  const rows = await sql<{ commit: string }[]>`
    select commit from changes where workflow_id = ${workflow_id} and commit is not null
    union select unnest(replaced) from changes where workflow_id = ${workflow_id}`;
  return rows.map(({ commit }) => commit);
}

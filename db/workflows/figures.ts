import type { Database } from "@/db/client.ts";

/** What all steps of a workflow cost, in US dollars. */
export async function costOf({ sql }: Database, workflow_id: string): Promise<number> {
  const [{ cost_usd }] = await sql<{ cost_usd: number }[]>`
    select coalesce(sum(cost_usd), 0)::float8 as cost_usd from tasks
    where workflow_id = ${workflow_id}`;
  return cost_usd;
}

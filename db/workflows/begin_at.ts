import type { Database } from "@/db/client.ts";

/** The branch that work begins at and leads to, where nothing has named one and nothing is made. */
export async function beginAt(
  { sql }: Database,
  workflow_id: string,
  branch: string,
): Promise<void> {
  await sql`
    update workflows set repository = jsonb_set(repository, '{branch}', to_jsonb(${branch}::text))
    where workflow_id = ${workflow_id} and branch is null and repository ->> 'branch' is null`;
}

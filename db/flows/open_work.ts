import type { Database } from "@/db/client.ts";

/** What an event names of something that work may be about. */
export interface Named {
  provider: string;
  /** The flow of the object, as its id says. */
  flow_id: string | null;
  /** Where pull requests have numbers. */
  repository: string | null;
  number: number | null;
  commit: string | null;
}

/**
 * The flow with an open workflow that this is about, by its id, pull request or commit; or null.
 * People write a repository's name as they like: its case does not count where a commit is named.
 */
export async function openWorkOf(
  { sql }: Database,
  { provider, flow_id, repository, number, commit }: Named,
): Promise<string | null> {
  const [row] = await sql<{ flow_id: string }[]>`
    select w.flow_id from workflows w
    where w.ended_at is null and w.flow_id = any (array(
      select ${flow_id}::text
      union all
      select flow_id from flow_aliases where alias_flow_id = ${flow_id}
      union all
      select flow_id from pull_requests
      where provider = ${provider} and repository = ${repository} and number = ${number}
      union all
      select flow_id from pull_requests
      where head = ${commit} and provider = ${provider}
        and lower(repository) = lower(${repository})
      union all
      -- Pushed, and its pull request is not known yet.
      select c.flow_id from changes c join workflows o using (workflow_id)
      where c.commit = ${commit} and o.repository ->> 'provider' = ${provider}
        and lower(o.repository ->> 'name') = lower(${repository})))
    limit 1`;
  return row?.flow_id ?? null;
}

/** What does not go on without a person. */
import type { Database } from "@/db/client.ts";
import { MOST_COUNTED } from "@/db/nouns/waiting.ts";

export interface Waiting {
  plans: number;
  failed: number;
  pull_requests: number;
}

/** How many plans wait for a yes. */
export async function plansWaiting({ sql }: Database): Promise<number> {
  const [{ plans }] = await sql<{ plans: number }[]>`
    select count(*)::int as plans from (
      select from approvals where status = 'pending' limit ${MOST_COUNTED}) p`;
  return plans;
}

/** The same, with work that failed and pull requests that nobody has merged or closed. */
export async function readWaiting({ sql }: Database): Promise<Waiting> {
  const [row] = await sql<Waiting[]>`
    select
      (select count(*)::int from (
        select from approvals where status = 'pending' limit ${MOST_COUNTED}) p) as plans,
      (select count(*)::int from (
        select from workflows where status = 'failed' limit ${MOST_COUNTED}) f) as failed,
      (select count(*)::int from (
        select from workflows where status = 'waiting' and waits_for = 'pull_request'
        limit ${MOST_COUNTED}) w) as pull_requests`;
  return row;
}

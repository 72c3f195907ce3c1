import type { Database } from "@/db/client.ts";
import { found } from "@/tests/chaos/patience.ts";

const PATIENCE_MS = 120_000;

/**
 * Waits until nothing is queued, running or to be sent, but for what is known to be stuck. Returns
 * what did not come to rest, and remembers it in `stuck`.
 */
export async function whenQuiet({ sql }: Database, stuck: Set<string>): Promise<string[]> {
  const look = async () => {
    const rows = await sql<{ id: string; what: string }[]>`
      select task_id as id, 'task ' || status || ', attempt ' || attempt as what
      from tasks where status in ('queued', 'running')
      union all
      select reply_id, 'reply ' || kind || ' ' || status from replies
      where status not in ('sent', 'failed')`;
    return rows.filter(({ id }) => !stuck.has(id));
  };
  let last: { id: string; what: string }[] | null = null;
  const quiet = await found(
    async () => {
      last = await look().catch(() => last); // Postgres may not be back yet
      return last?.length === 0 ? true : null;
    },
    PATIENCE_MS,
    200,
  );
  if (quiet) return [];
  for (const { id } of last ?? []) stuck.add(id);
  return (last ?? [{ id: "", what: "Postgres does not answer" }])
    .map(({ id, what }) => `not at rest after ${PATIENCE_MS / 1000} s: ${what} (${id})`);
}

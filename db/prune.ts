import type { Database } from "@/db/client.ts";

const ROWS_AT_ONCE = 5_000;

/** How many rows of each kind were removed. */
export type Pruned = Record<string, number>;

/**
 * Removes what nobody reads any more: events that no reader can still be behind of, traces of
 * repeated deliveries, sign-in links and sessions that are over, workers long gone. Tasks,
 * their output and deliveries that were read stay. In small steps, so that nothing waits for it.
 */
export async function pruneRows({ sql }: Database): Promise<Pruned> {
  const statements = {
    events: () =>
      sql`
      delete from events where (xid, id) in (
        select xid, id from events where at < now() - interval '7 days' limit ${ROWS_AT_ONCE})`,
    deliveries: () =>
      sql`
      delete from deliveries where delivery_id in (
        select delivery_id from deliveries
        where outcome = 'duplicate' and received_at < now() - interval '30 days'
        limit ${ROWS_AT_ONCE})`,
    sign_in_links: () =>
      sql`
      delete from sign_in_links where expires_at < now() - interval '1 day'`,
    sessions: () =>
      sql`
      delete from sessions
      where coalesce(ended_at, expires_at) < now() - interval '30 days'`,
    workers: () =>
      sql`
      delete from workers w where lease_until < now() - interval '7 days'
        and not exists (select from tasks t
          where t.worker_id = w.worker_id and t.status = 'running')`,
  };
  const pruned: Pruned = {};
  for (const [name, statement] of Object.entries(statements)) {
    pruned[name] = await untilFew(async () => (await statement()).count);
  }
  return pruned;
}

async function untilFew(remove: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await remove();
    total += removed;
    if (removed < ROWS_AT_ONCE) return total;
  }
}

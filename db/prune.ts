import type { Database } from "@/db/client.ts";
import { getSetting, putSetting } from "@/db/settings.ts";
import { cameIn, outcomes, withPlaces } from "@/db/deliveries/by_kind.ts";
import { firstIdAt } from "@/db/ids.ts";
import { FORGOTTEN_DAYS } from "@/db/machines.ts";

const ROWS_AT_ONCE = 5_000;

const daysAgo = (days: number): string => firstIdAt(new Date(Date.now() - days * 86_400_000));

export type Pruned = Record<string, number>;

/** In small steps, so that nothing waits for it. Tasks, their output and read deliveries stay. */
export async function pruneRows(db: Database): Promise<Pruned> {
  const { sql } = db;
  const statements = {
    events: () =>
      sql`
      delete from events where (xid, id) in (
        select xid, id from events where at < now() - interval '7 days' limit ${ROWS_AT_ONCE})`,
    deliveries: () =>
      sql`
      delete from deliveries where delivery_id = any (array(
        ${withPlaces(sql)}
        select old.delivery_id
        from places p cross join ${outcomes(sql, ["duplicate", "ignored"])} cross join lateral (
          select delivery_id from deliveries
          where ${cameIn(sql, sql`p.provider`, sql`p.webhook`, sql`o.outcome`)}
            and delivery_id < ${daysAgo(30)} limit ${ROWS_AT_ONCE}) old
        limit ${ROWS_AT_ONCE}))`,
    delivery_body_parts: () =>
      sql`
      delete from delivery_body_parts where (delivery_id, part) in (
        select delivery_id, part from delivery_body_parts
        where delivery_id < ${daysAgo(90)} limit ${ROWS_AT_ONCE / 10})`,
    command_uses: () =>
      sql`
      delete from command_uses where used_at < now() - interval '2 hours'`,
    questions: () =>
      sql`
      delete from questions where asked_at < now() - interval '90 days'`,
    // What is named for the first time later than this is hardly meant any more.
    flow_mentions: () =>
      sql`
      delete from flow_mentions where (name, flow_id) in (
        select name, flow_id from flow_mentions where created_at < now() - interval '180 days'
        limit ${ROWS_AT_ONCE})`,
    reply_pace: () =>
      sql`
      delete from reply_pace where next_at < now() - interval '1 day'`,
    sign_in_links: () =>
      sql`
      delete from sign_in_links where expires_at < now() - interval '1 day'`,
    sessions: () =>
      sql`
      delete from sessions
      where coalesce(ended_at, expires_at) < now() - interval '30 days'`,
    // The last one of a machine says since when that is silent.
    workers: () =>
      sql`
      delete from workers w where lease_until < now() - interval '7 days'
        and not exists (select from tasks t
          where t.worker_id = w.worker_id and t.status = 'running')
        and (lease_until < now() - ${FORGOTTEN_DAYS} * interval '1 day'
          or exists (select from workers later where later.machine_id = w.machine_id
            and (later.lease_until, later.worker_id) > (w.lease_until, w.worker_id)))`,
    machines: () =>
      sql`
      delete from machines where machine_id in (
        select machine_id from machines m
        where not exists (select from workers w where w.machine_id = m.machine_id)
        limit ${ROWS_AT_ONCE} for update skip locked)`,
  };
  const pruned: Pruned = { delivery_bodies: await removeBodies(db) };
  for (const [name, statement] of Object.entries(statements)) {
    pruned[name] = await untilFew(async () => (await statement()).count);
  }
  return pruned;
}

const BODIES_AT_ONCE = 500;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Goes on where it stopped: what came before has no body any more, and is not read again. */
async function removeBodies(db: Database): Promise<number> {
  const until = daysAgo(90);
  let after = await getSetting(db, "bodies_removed_until") ?? FIRST_ID;
  for (let total = 0;;) {
    const gone = await db.sql<{ delivery_id: string }[]>`
      update deliveries set body = null where delivery_id = any (array(
        select delivery_id from deliveries
        where delivery_id > ${after} and delivery_id < ${until}
          and outcome = 'accepted' and body is not null
        order by delivery_id limit ${BODIES_AT_ONCE}))
      returning delivery_id`;
    total += gone.length;
    if (gone.length === BODIES_AT_ONCE) {
      after = gone.map(({ delivery_id }) => delivery_id).toSorted()[BODIES_AT_ONCE - 1];
      continue;
    }
    await putSetting(db, "bodies_removed_until", until);
    return total;
  }
}

async function untilFew(remove: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await remove();
    total += removed;
    if (removed < ROWS_AT_ONCE / 10) return total;
  }
}

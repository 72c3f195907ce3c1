import type { Database } from "@/db/client.ts";
import { isId } from "@/db/ids.ts";

/** Something that the outbox said or did. */
export interface Noted {
  /** Its own id and its task's: a marker has one of them. */
  names: string[];
  outside_ids: string[];
  /** It may be out there although its id is not noted. */
  is_under_way: boolean;
}

/** How long a label or a reaction of ours is told of after it was set. */
const DEED_MINUTES = 60;

/**
 * What the outbox knows of ids at a provider, of a marker, and of comments that are being sent
 * about one flow at this moment.
 */
export async function notedBy(
  { sql }: Database,
  asked: { provider: string; ids: string[]; marker: string | null; flow_id: string | null },
): Promise<Noted[]> {
  const { provider, ids, flow_id } = asked;
  const named = asked.marker?.replace(/\.\d+$/, "") ?? "";
  const name = isId(named) ? named : null;
  return await sql<Noted[]>`
    with by_id as (
      select r.* from replies r
      where r.outside_ids <> '{}' and r.outside_ids && ${ids}::text[]
        and (r.kind = 'comment' or r.status = 'pending'
          or r.sent_at > now() - ${DEED_MINUTES} * interval '1 min')
    ), by_name as (
      select r.* from replies r where r.reply_id = ${name}
      union all
      select r.* from replies r where r.task_id = ${name} and r.kind = 'comment'
    ), under_way as (
      select r.* from replies r
        left join tasks t on t.task_id = r.task_id
        left join deliveries d on d.delivery_id = r.delivery_id
      where ${flow_id}::text is not null and r.status = 'pending' and r.tries > 0
        and r.kind = 'comment' and coalesce(t.flow_id, d.flow_id) = ${flow_id}
    )
    select array_remove(array[reply_id, task_id], null)::text[] as names, outside_ids,
      status = 'pending' and tries > 0 as is_under_way
    from (select * from by_id union all select * from by_name union all select * from under_way) r
    where provider = ${provider}`;
}

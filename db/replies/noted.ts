import type { Database } from "@/db/client.ts";
import { isId } from "@/db/ids.ts";

export interface Noted {
  /** Its own id and its task's: a marker has one of them. */
  names: string[];
  outside_ids: string[];
  /** It may be out there although its id is not noted. */
  is_under_way: boolean;
}

export interface AskedOf {
  provider: string;
  outside_ids: string[];
  name: string | null;
  flow_id: string | null;
}

/** How long a label or a reaction of ours may be told of after it was set. */
const DEED_MINUTES = 60;

/** What the outbox knows of these. Each part by an index, and planned only when it is asked for. */
export async function notedBy({ sql }: Database, asked: AskedOf): Promise<Noted[]> {
  const { provider, outside_ids, name, flow_id } = asked;
  const noted = sql`
    select array_remove(array[r.reply_id, r.task_id], null)::text[] as names, r.outside_ids,
      coalesce(r.sending_until > now(), false) as is_under_way
    from replies r`;
  const parts = [];
  if (outside_ids.length > 0) {
    parts.push(sql`${noted}
      where r.outside_ids <> '{}' and r.outside_ids && ${outside_ids} and r.provider = ${provider}
        and (r.kind = 'comment' or r.status = 'pending'
          or r.sent_at > now() - ${DEED_MINUTES} * interval '1 min')`);
  }
  if (name !== null && isId(name)) {
    parts.push(sql`${noted} where r.reply_id = ${name} and r.provider = ${provider}`);
    parts.push(sql`${noted}
      where r.task_id = ${name} and r.kind = 'comment' and r.provider = ${provider}`);
  }
  if (flow_id !== null) {
    parts.push(sql`${noted}
        left join tasks t on t.task_id = r.task_id
        left join deliveries d on d.delivery_id = r.delivery_id
      where r.status = 'pending' and r.sending_until > now() and r.kind = 'comment'
        and r.provider = ${provider} and coalesce(t.flow_id, d.flow_id) in (${flow_id},
          (select a.flow_id from flow_aliases a where a.alias_flow_id = ${flow_id}))`);
  }
  if (parts.length === 0) return [];
  return await parts.reduce((all, part) => sql`${all} union all ${part}`) as unknown as Noted[];
}

/** Which flows a list has, found by what an index knows; `flowStatus` says of each row the same. */
import type { Sql } from "@/db/client.ts";

interface Wish {
  limit: number;
  provider?: string;
}

const active = (sql: Sql) =>
  sql`
  select flow_id from tasks where status = 'queued' and flow_id is not null
  union select flow_id from tasks where status = 'running' and flow_id is not null`;

const worked = (sql: Sql, status: "running" | "waiting") =>
  sql`select flow_id from workflows where ended_at is null and status = ${status}`;

// Asked once: where no flow is of this provider, nothing is read for it.
const ofProvider = (sql: Sql, provider: string | undefined) =>
  provider === undefined ? sql`` : sql`and f.provider = ${provider}
    and exists (select from flows p where p.provider = ${provider})`;

/** The newest first. */
export function flowsByAge(
  sql: Sql,
  { limit, provider, status, before }: Wish & {
    status?: "open" | "waiting" | "running";
    before: { micros: string; flow_id: string } | null;
  },
) {
  return sql`
    select f.*, (extract(epoch from f.created_at) * 1000000)::bigint || '-' || f.flow_id as cursor,
      row_number() over (order by f.created_at desc, f.flow_id desc) as n
    from flows f
    where true ${underWay(sql, status)} ${ofProvider(sql, provider)}
      ${
    before
      ? sql`and (f.created_at, f.flow_id) < (to_timestamp(0) + ${before.micros}::text::bigint *
          interval '1 microsecond', ${before.flow_id})`
      : sql``
  }
    order by f.created_at desc, f.flow_id desc limit ${limit}`;
}

function underWay(sql: Sql, status: "open" | "waiting" | "running" | undefined) {
  switch (status) {
    case undefined:
      return sql``;
    case "waiting":
      return sql`and f.flow_id = any (array(${worked(sql, "waiting")}))`;
    case "running":
      return sql`and f.flow_id = any (array(${worked(sql, "running")} union (${active(sql)}
        except select flow_id from workflows where ended_at is null)))`;
    case "open":
      return sql`and not exists (select from workflows w where w.flow_id = f.flow_id)
        and f.flow_id <> all (array(${active(sql)}))`;
  }
}

/** Those whose newest work ended so, or failed and waits for somebody; the newest work first. */
export function flowsByWork(
  sql: Sql,
  { limit, provider, status, before }: Wish & { status: "done" | "stopped"; before?: string },
) {
  const statuses = status === "done" ? ["done"] : ["failed", "stopped"];
  return sql`
    select f.*, w.workflow_id::text as cursor,
      row_number() over (order by w.workflow_id desc) as n
    from unnest(${statuses}::text[]) s (status) cross join lateral (
      select w.flow_id, w.workflow_id from workflows w join flows f using (flow_id)
      where w.status = s.status ${before ? sql`and w.workflow_id < ${before}` : sql``}
        ${ofProvider(sql, provider)}
        and (w.ended_at is null or w.flow_id <> all (array(${active(sql)})))
        and not exists (select from workflows o
          where o.flow_id = w.flow_id and o.workflow_id > w.workflow_id)
      order by w.workflow_id desc limit ${limit}) w
      join flows f using (flow_id)
    order by w.workflow_id desc limit ${limit}`;
}

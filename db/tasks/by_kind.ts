/** The newest of each agent, source and status are found by an index, however many there are. */
import type postgres from "postgres";
import type { Sql } from "@/db/client.ts";
import type { PageRequest } from "@/db/page.ts";
import type { TaskFilter } from "@/db/tasks.ts";
import { TASK_SOURCES, TASK_STATUSES } from "@/db/nouns/task.ts";

type Fragment = postgres.Fragment;

export function newestByKind(
  sql: Sql,
  { agent, source, status }: TaskFilter,
  { limit, cursor }: PageRequest,
): Fragment {
  return sql`array(
    with recursive agents (name) as (${agent ? sql`select ${agent}` : everyAgent(sql)})
    select newest.task_id
    from agents a
      cross join unnest(${source ? [source] : [...TASK_SOURCES]}::text[]) as s (source)
      cross join unnest(${status ? [status] : [...TASK_STATUSES]}::text[]) as t (status)
      cross join lateral (
        select task_id from tasks
        where assigned_agent = a.name and source = s.source and status = t.status
          ${cursor ? sql`and task_id < ${cursor}` : sql``}
        order by task_id desc limit ${limit}) newest
    order by 1 desc limit ${limit})`;
}

/** Each name is one step in the index, also that of an agent that is no more. */
const everyAgent = (sql: Sql): Fragment =>
  sql`(select assigned_agent from tasks order by 1 limit 1)
    union all
    select next.assigned_agent from agents a, lateral (
      select assigned_agent from tasks where assigned_agent > a.name order by 1 limit 1) next`;

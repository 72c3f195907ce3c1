import type { Database, Sql } from "@/db/client.ts";
import { CHANNELS } from "@/db/channels.ts";
import { storableJson } from "@/db/storable.ts";

export type EventName =
  | "task.created"
  | "task.started"
  | "task.output"
  | "task.metrics"
  | "task.completed"
  | "task.failed"
  | "task.cancelled"
  | "approval.requested"
  | "approval.decided"
  | "agent.status";

/** `cursor` orders events as they became visible. */
export interface Event {
  cursor: string;
  event: EventName;
  task_id: string | null;
  data: Record<string, unknown>;
}

export async function addEvent(
  sql: Sql,
  event: EventName,
  task_id: string | null,
  data: Record<string, unknown>,
): Promise<void> {
  await sql`
    with added as (
      insert into events (event, task_id, data)
      values (${event}, ${task_id}, ${storableJson({ task_id, ...data })}::text::jsonb)
      returning task_id
    )
    select pg_notify(${CHANNELS.events}, ''),
      pg_notify(${CHANNELS.task}, task_id::text) from added`;
}

const CURSOR = /^(\d{1,20})-(\d{1,19})$/;

export const isEventCursor = (text: string): boolean => CURSOR.test(text);

/** For `sort`: negative where `a` comes first. */
export function compareCursors(a: string, b: string): number {
  const [a_parts, b_parts] = [a, b].map((cursor) => cursor.split("-").map(BigInt));
  const [x, y] = a_parts[0] === b_parts[0] ? [a_parts[1], b_parts[1]] : [a_parts[0], b_parts[0]];
  return x < y ? -1 : x > y ? 1 : 0;
}

export async function newestEventCursor({ sql }: Database): Promise<string> {
  const [row] = await sql<{ cursor: string }[]>`
    select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text || '-' ||
      '9223372036854775807' as cursor`;
  return row.cursor;
}

// In the order of transactions, without those that still run: by plain ids, readers under concurrent
// writers lost one event in six.
/** Null where the cursor is none of ours. */
export async function eventsAfter(
  { sql }: Database,
  cursor: string,
  limit: number,
): Promise<Event[] | null> {
  const parts = CURSOR.exec(cursor);
  if (!parts) return null;
  return await sql<Event[]>`
    select xid::text || '-' || id as cursor, event, task_id, data from events
    where (xid, id) > (${parts[1]}::text::xid8, ${parts[2]}::bigint)
      and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by xid, id limit ${limit}`;
}

/** True while an older transaction hides events. */
export async function anyEventHidden({ sql }: Database): Promise<boolean> {
  const [row] = await sql<{ hidden: boolean }[]>`
    select exists (
      select from events where xid >= pg_snapshot_xmin(pg_current_snapshot())) as hidden`;
  return row.hidden;
}

import type { Database } from "@/db/client.ts";
import type { Output } from "@/db/task_output.ts";
import { type Usage, USAGE_FIELDS } from "@/db/nouns/usage.ts";
import type { Task } from "@/db/tasks.ts";

export type WatchedTask =
  & Usage
  & Pick<Task, "task_id" | "status" | "attempt" | "last_seq" | "stop_requested_at">;

/** What readers may have missed, of many tasks at once. */
export async function watchedTasks(
  { sql }: Database,
  task_ids: string[],
): Promise<WatchedTask[]> {
  return await sql<WatchedTask[]>`
    select task_id, status, attempt, last_seq, stop_requested_at, ${sql(USAGE_FIELDS)}
    from tasks where task_id = any(${task_ids}::uuid[])`;
}

export interface OutputEnds {
  /** Tasks that started later are read from their beginning. By Postgres' clock. */
  since: Date;
  ends: { task_id: string; seq: number }[];
}

/** Where the output of each task that has begun ends now. */
export async function outputEnds({ sql }: Database): Promise<OutputEnds> {
  const [{ since }] = await sql<{ since: Date }[]>`select clock_timestamp() as since`;
  const ends = await sql<OutputEnds["ends"]>`
    select task_id, last_seq as seq from tasks
    where status = 'running' or (status = 'queued' and last_seq > 0)`;
  return { since, ends };
}

/** The rows of each task after its `seq`, at most `limit` in all. Without a `seq`: all of them, if
 * the task started after `since`, else none. */
export async function outputOfMany(
  { sql }: Database,
  wanted: { task_id: string; seq: number | null }[],
  since: Date,
  limit: number,
): Promise<(Output & { task_id: string })[]> {
  return await sql<(Output & { task_id: string })[]>`
    select o.task_id, o.seq, o.attempt, o.kind, o.text, o.data, o.message_id,
      o.parent_tool_use_id, o.at
    from unnest(${wanted.map((task) => task.task_id)}::uuid[], ${
    wanted.map((task) => task.seq)
  }::int[])
      w (task_id, seq)
      join tasks t using (task_id)
      join task_output o on o.task_id = w.task_id and o.seq > coalesce(w.seq, 0)
    where w.seq is not null or t.started_at >= ${since}
    order by o.task_id, o.seq limit ${limit}`;
}

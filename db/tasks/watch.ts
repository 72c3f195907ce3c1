import type { Database } from "@/db/client.ts";
import type { Output } from "@/db/task_output.ts";
import type { Task } from "@/db/tasks.ts";

export type WatchedTask = Pick<
  Task,
  | "task_id"
  | "status"
  | "attempt"
  | "last_seq"
  | "cost_usd"
  | "output_tokens"
  | "stop_requested_at"
>;

/** What tells a watcher that it missed something, of many tasks in one look. */
export async function watchedTasks(
  { sql }: Database,
  task_ids: string[],
): Promise<WatchedTask[]> {
  return await sql<WatchedTask[]>`
    select task_id, status, attempt, last_seq, cost_usd, output_tokens, stop_requested_at
    from tasks where task_id = any(${task_ids}::uuid[])`;
}

/** Where the output of each running task ends now. */
export async function outputEnds(
  { sql }: Database,
): Promise<{ task_id: string; seq: number }[]> {
  return await sql<{ task_id: string; seq: number }[]>`
    select task_id, last_seq as seq from tasks where status = 'running'`;
}

/**
 * The rows of each task after its `seq`, at most `limit` in all; of a task that is read from its
 * beginning (`seq` 0) only what was written after `since`.
 */
export async function outputOfMany(
  { sql }: Database,
  tasks: { task_id: string; seq: number }[],
  since: Date,
  limit: number,
): Promise<(Output & { task_id: string })[]> {
  return await sql<(Output & { task_id: string })[]>`
    select o.task_id, o.seq, o.attempt, o.kind, o.text, o.data, o.message_id,
      o.parent_tool_use_id, o.at
    from unnest(${tasks.map((task) => task.task_id)}::uuid[], ${
    tasks.map((task) => task.seq)
  }::int[])
      wanted (task_id, seq) join task_output o on o.task_id = wanted.task_id
      and o.seq > wanted.seq and (wanted.seq > 0 or o.at >= ${since})
    order by o.task_id, o.seq limit ${limit}`;
}

import type { Database } from "@/db/client.ts";

export interface TaskRow {
  task_id: string;
  status: string;
  last_seq: number;
  attempt: number;
  error: string | null;
  conversation_id: string;
  source_metadata: Record<string, unknown>;
  input_message: string;
}

export interface Rows {
  tasks: TaskRow[];
  deliveries: { delivery_id: string; task_ids: string[] }[];
  replies: {
    reply_id: string;
    task_id: string | null;
    provider: string;
    kind: string;
    status: string;
    last_error: string | null;
  }[];
  /** By task: how many rows, and the last number. */
  output: Map<string, { rows: number; last: number }>;
  /** By task: the events that say that it has ended. */
  ends: Map<string, string[]>;
  /** Everything that a conversation or an output says, but for what people wrote. */
  told: string;
}

/** Reads what the books are about, in one snapshot. */
export async function readRows({ sql }: Database): Promise<Rows> {
  return await sql.begin("isolation level repeatable read", async (tx) => {
    const tasks = await tx<TaskRow[]>`
      select task_id, status, last_seq, attempt, error, conversation_id, source_metadata, input_message
      from tasks`;
    const deliveries = await tx<Rows["deliveries"]>`
      select delivery_id, task_ids from deliveries where outcome = 'accepted'`;
    const replies = await tx<Rows["replies"]>`
      select reply_id, task_id, provider, kind, status, last_error from replies`;
    const output = await tx<{ task_id: string; rows: number; last: number }[]>`
      select task_id, count(*) as rows, max(seq) as last from task_output group by task_id`;
    const ends = await tx<{ task_id: string; names: string[] }[]>`
      select task_id, array_agg(event) as names from events
      where event in ('task.completed', 'task.failed', 'task.cancelled') group by task_id`;
    const told = await tx<{ text: string }[]>`
      select content as text from messages where role <> 'user' and content like '%said-%'
      union all
      select coalesce(text, '') || coalesce(data::text, '') from task_output
      where text like '%said-%' or data::text like '%said-%'`;
    return {
      tasks,
      deliveries,
      replies,
      told: told.map(({ text }) => text).join("\n"),
      output: new Map(output.map((row) => [row.task_id, row])),
      ends: new Map(ends.map(({ task_id, names }) => [task_id, names])),
    };
  }) as Rows;
}

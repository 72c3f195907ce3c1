import type { Database } from "@/db/client.ts";
import { type Output, readOutputPage } from "@/db/task_output.ts";
import { getTask, type Task } from "@/db/tasks.ts";

/** Read at once, for one reader that catches up and for all that are live: it lies in memory. */
const PAGE = { rows: 100, bytes: 256 * 1024 };

/** A page of the table, as it was read after one seq. */
export interface Page {
  task: Task;
  after: number;
  previous: Output | null;
  rows: Output[];
  /** False when there are more rows by now. */
  whole: boolean;
}

/** What is new after a row; null when there is no such task. `last` is that row, where it is known. */
export async function readPage(
  db: Database,
  task_id: string,
  after: number,
  last: Output | null = null,
): Promise<Page | null> {
  const task = await getTask(db, task_id);
  if (!task) return null;
  if (task.last_seq <= after) return { task, after, previous: last, rows: [], whole: true };
  const from = last ? after : after - 1; // one row back: the formats look at what came before
  const rows = await readOutputPage(db, task_id, from, PAGE);
  const previous = last ?? (rows[0]?.seq === after ? rows.shift()! : null);
  return { task, after, previous, rows, whole: (rows.at(-1)?.seq ?? after) >= task.last_seq };
}

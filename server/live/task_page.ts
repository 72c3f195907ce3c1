import type { Database } from "@/db/client.ts";
import { type Output, readOutput } from "@/db/task_output.ts";
import { getTask, type Task } from "@/db/tasks.ts";

/** Rows read at once, for one reader that catches up and for all that are live. */
const PAGE = 100;
const PAGE_CHARACTERS = 256 * 1024;

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
  const rows = await readOutput(db, task_id, from, PAGE);
  const previous = last ?? (rows[0]?.seq === after ? rows.shift()! : null);
  const page = fitting(rows);
  return { task, after, previous, rows: page, whole: (page.at(-1)?.seq ?? after) >= task.last_seq };
}

// A row may have a quarter of a megabyte: the page of a slow reader lies in memory until it is read.
function fitting(rows: Output[]): Output[] {
  let size = 0;
  const end = rows.findIndex((row, at) => {
    size += (row.text?.length ?? 0) + (row.data ? JSON.stringify(row.data).length : 0);
    return at > 0 && size > PAGE_CHARACTERS;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

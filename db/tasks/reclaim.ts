import type { Database, Sql } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { nudge } from "@/db/queue.ts";
import { type Task, taskColumns } from "@/db/tasks.ts";
import { afterEnd } from "@/db/tasks/run.ts";

/** A task is tried at most this often; a machine that dies of a task should not die for ever. */
export const MOST_ATTEMPTS = 2;
const QUEUED_WITHOUT_NUDGE_SECONDS = 5;

/**
 * Takes running tasks from workers whose lease has run out: back to the queue for another
 * attempt, `cancelled` when a stop was asked for, `failed` after the last attempt.
 * Returns the task ids. Workers call this all the time; two at once do not disturb each other.
 */
export async function reclaimTasks({ sql }: Database): Promise<string[]> {
  return await sql.begin(async (tx) => {
    const lost = await tx<Task[]>`
      select ${taskColumns(tx)} from tasks t
      where status = 'running' and not exists (
        select from workers w where w.worker_id = t.worker_id and w.lease_until > now())
      order by task_id limit 100 for update skip locked`;
    for (const task of lost) await reclaim(tx, task);
    return lost.map((task) => task.task_id);
  });
}

async function reclaim(tx: Sql, task: Task): Promise<void> {
  const silent = `Machine ${task.machine_id} fell silent during attempt ${task.attempt}.`;
  if (task.stop_requested_at) await end(tx, task, "cancelled", `Stopped by ${task.stopped_by}.`);
  else if (task.attempt >= MOST_ATTEMPTS) await end(tx, task, "failed", silent);
  else {
    await tx`
      update tasks set status = 'queued', worker_id = null, attempt = attempt + 1
      where task_id = ${task.task_id}`;
    await addEvent(tx, "task.metrics", task.task_id, {
      status: "queued",
      attempt: task.attempt + 1,
    });
    await nudge(tx, "run_task", [task.task_id]);
  }
}

async function end(tx: Sql, task: Task, status: "cancelled" | "failed", error: string) {
  const [ended] = await tx<Task[]>`
    update tasks set status = ${status}, worker_id = null, completed_at = now(), error = ${error}
    where task_id = ${task.task_id} returning ${taskColumns(tx)}`;
  await afterEnd(tx, ended);
}

/**
 * The backstop for a lost nudge: enqueues again the tasks that wait although nothing of their
 * conversation is before them. A job that still waits is not doubled (queue policy `short`).
 */
export async function nudgeForgotten({ sql }: Database): Promise<void> {
  const rows = await sql<{ task_id: string }[]>`
    select task_id from tasks t
    where status = 'queued' and created_at < now() - ${QUEUED_WITHOUT_NUDGE_SECONDS} * interval '1 s'
      and not exists (
        select from tasks other
        where other.conversation_id = t.conversation_id and other.parent_task_id is null
          and (other.status = 'running' or other.status = 'queued' and other.task_id < t.task_id))
    order by task_id limit 100`;
  await nudge(sql, "run_task", rows.map((row) => row.task_id));
}

/**
 * Of the running tasks that this worker holds in the table, those that it knows nothing of: a
 * claim whose answer was lost with the connection. They are given back.
 */
export async function releaseUnknown(
  { sql }: Database,
  worker_id: string,
  known: string[],
): Promise<void> {
  await sql.begin(async (tx) => {
    const rows = await tx<{ task_id: string }[]>`
      update tasks set status = 'queued', worker_id = null
      where worker_id = ${worker_id} and status = 'running' and stop_requested_at is null
        and task_id <> all (${known}::uuid[])
      returning task_id`;
    await nudge(tx, "run_task", rows.map((row) => row.task_id));
  });
}

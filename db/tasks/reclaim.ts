import { type Database, isConnectionError, type TransactionSql } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { type Task, taskColumns } from "@/db/tasks.ts";
import { giveBack, nudgeTasks, takeBack } from "@/db/tasks/give_back.ts";
import { claimOf } from "@/db/tasks/run.ts";

const QUEUED_WITHOUT_NUDGE_SECONDS = 5;

/** Workers call this all the time; two at once do not disturb each other. Returns the task ids. */
export async function reclaimTasks({ sql }: Database): Promise<string[]> {
  return await sql.begin(async (tx: TransactionSql) => {
    const lost = await tx<Task[]>`
      select ${taskColumns(tx)} from tasks t
      where status = 'running' and not exists (
        select from workers w where w.worker_id = t.worker_id and w.lease_until > now())
      order by task_id limit 100 for update skip locked`;
    for (const task of lost) await takeBackAlone(tx, task);
    return lost.map((task) => task.task_id);
  });
}

/** One that Postgres refuses for what is in it must not hold up the others: it fails, with words. */
async function takeBackAlone(tx: TransactionSql, task: Task): Promise<void> {
  try {
    await tx.savepoint((own) => takeBack(own, task, "machine_silent"));
  } catch (error) {
    if (isConnectionError(error)) throw error;
    await tx`
      update tasks set status = 'failed', worker_id = null, claim_id = null, completed_at = now(),
        error = 'Its machine fell silent, and its way back was refused: ' || ${String(error)}
      where task_id = ${task.task_id}`;
    await addEvent(tx, "task.failed", task.task_id, { status: "failed" });
  }
}

/** The backstop for a lost nudge. A job that still waits is not doubled (queue policy `short`). */
export async function nudgeForgotten({ sql }: Database): Promise<void> {
  const rows = await sql<Pick<Task, "task_id" | "claim_count">[]>`
    select task_id, claim_count from tasks t
    where status = 'queued' and created_at < now() - ${QUEUED_WITHOUT_NUDGE_SECONDS} * interval '1 s'
      and not exists (
        select from tasks other
        where other.conversation_id = t.conversation_id and other.parent_task_id is null
          and (other.status = 'running' or other.status = 'queued' and other.task_id < t.task_id))
    order by task_id limit 100`;
  await nudgeTasks(sql, rows);
}

/** `isHeld` is asked after the rows were read: a claim is known to its process before its row is. */
export async function giveBackUnheld(
  db: Database,
  worker_id: string,
  isHeld: (claim_id: string) => boolean,
): Promise<string[]> {
  const tasks = await db.sql<Task[]>`
    select ${taskColumns(db.sql)} from tasks
    where worker_id = ${worker_id} and status = 'running'`;
  const unheld = tasks.filter((task) => !isHeld(task.claim_id!));
  for (const task of unheld) await giveBack(db, claimOf(task), "claim_lost");
  return unheld.map((task) => task.task_id);
}

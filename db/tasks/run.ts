import { CHANNELS } from "@/db/channels.ts";
import type { Database, Sql } from "@/db/client.ts";
import { addMessage } from "@/db/conversations.ts";
import { addEvent, type EventName } from "@/db/events.ts";
import { newId } from "@/db/ids.ts";
import { nudge } from "@/db/queue.ts";
import { finishReply } from "@/db/replies.ts";
import { storable } from "@/db/storable.ts";
import { type Task, taskColumns, type Usage } from "@/db/tasks.ts";

/** What a worker shows with every write: a worker that was silent too long has lost both. */
export interface Claim {
  task_id: string;
  worker_id: string;
  attempt: number;
}

const UNIQUE_VIOLATION = "23505";

/**
 * Takes a queued task for this worker, when it is the oldest of its conversation and none of that
 * conversation runs. Null otherwise: it was stopped, taken, or its turn comes later. A task that
 * has no CLI session yet gets `cli_session_id`, so that a crash of its first run can be resumed.
 */
export async function claimTask(
  { sql }: Database,
  claim: { task_id: string; worker_id: string; machine_id: string; cli_session_id?: string },
): Promise<Task | null> {
  try {
    // One statement: this is the way from a request to its process, and each round trip is felt.
    const [task] = await sql<Task[]>`
      with claimed as (
        update tasks t set status = 'running', worker_id = ${claim.worker_id},
          machine_id = ${claim.machine_id}, started_at = coalesce(started_at, now()),
          cli_session_id = coalesce(cli_session_id, ${claim.cli_session_id ?? newId()})
        where task_id = ${claim.task_id} and status = 'queued'
          and (parent_task_id is not null or not exists (
            select from tasks other
            where other.conversation_id = t.conversation_id and other.parent_task_id is null
              and (other.status = 'running'
                or other.status = 'queued' and other.task_id < t.task_id)))
        returning *
      ), started as (
        insert into events (event, task_id, data)
        select 'task.started', task_id, jsonb_build_object('task_id', task_id, 'status', 'running',
          'machine_id', machine_id, 'attempt', attempt) from claimed
        returning task_id
      ), told as (
        select pg_notify(${CHANNELS.events}, ''), pg_notify(${CHANNELS.task}, task_id::text)
        from started
      )
      select ${taskColumns(sql)} from claimed, (select count(*) from told) as sent`;
    return task ?? null;
  } catch (error) {
    // Two tasks of one conversation were claimed at the same moment; the other one won.
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return null;
    throw error;
  }
}

/** Remembers the CLI's own session and model. False when the claim is lost. */
export async function setCliSession(
  { sql }: Database,
  claim: Claim,
  session: { cli_session_id: string; model: string | null },
): Promise<boolean> {
  const done = await sql`
    update tasks set cli_session_id = ${session.cli_session_id},
      model = coalesce(${session.model}, model)
    where ${held(sql, claim)}`;
  return done.count === 1;
}

/** The rows that this claim still holds: one or none. */
export const held = (sql: Sql, claim: Claim) =>
  sql`task_id = ${claim.task_id} and worker_id = ${claim.worker_id}
    and attempt = ${claim.attempt} and status = 'running'`;

export interface Ending {
  status: "completed" | "failed" | "cancelled";
  output: string | null;
  error: string | null;
  usage: Usage;
}

const EVENT_OF: Record<Ending["status"], EventName> = {
  completed: "task.completed",
  failed: "task.failed",
  cancelled: "task.cancelled",
};

/**
 * Ends the run that this worker holds: status, cost, the assistant's message, the reply and the
 * conversation's next task in one commit. A task that was stopped is `cancelled` whatever the CLI
 * said. Returns the ended task, or null when the claim was lost in between.
 */
export async function finishTask(db: Database, claim: Claim, ending: Ending): Promise<Task | null> {
  return await db.sql.begin(async (tx) => {
    const [task] = await tx<Task[]>`
      update tasks set worker_id = null, completed_at = now(),
        status = case when stop_requested_at is null then ${ending.status} else 'cancelled' end,
        output = ${ending.output && storable(ending.output)},
        error = case when stop_requested_at is null then ${ending.error && storable(ending.error)}
          else ${stopText(tx)} end,
        cost_usd = ${ending.usage.cost_usd}, input_tokens = ${ending.usage.input_tokens},
        output_tokens = ${ending.usage.output_tokens},
        cache_read_tokens = ${ending.usage.cache_read_tokens},
        cache_creation_tokens = ${ending.usage.cache_creation_tokens},
        num_turns = ${ending.usage.num_turns}
      where ${held(tx, claim)} returning ${taskColumns(tx)}`;
    if (!task) return null;
    await afterEnd(tx, task);
    return task;
  });
}

const stopText = (sql: Sql) => sql`'Stopped' || coalesce(' by ' || stopped_by, '') || '.'`;

/** Everything that follows from a task's end, in the transaction that ended it. */
export async function afterEnd(tx: Sql, task: Task): Promise<void> {
  await addMessage(tx, {
    conversation_id: task.conversation_id,
    role: task.status === "completed" ? "assistant" : "system",
    content: endText(task),
    task_id: task.task_id,
  });
  await addEvent(tx, EVENT_OF[task.status as Ending["status"]], task.task_id, {
    status: task.status,
    error: task.error,
    cost_usd: task.cost_usd,
    num_turns: task.num_turns,
    duration_seconds: task.duration_seconds,
  });
  await finishReply(tx, task, endText(task));
  await nudgeNext(tx, task.conversation_id);
}

/** What the asker reads at the end: the answer, or one line that says why there is none. */
export function endText(task: Pick<Task, "status" | "output" | "error">): string {
  if (task.status === "completed") return task.output?.trim() || "Done. There was nothing to say.";
  const reason = task.error ?? "no reason was recorded";
  return task.status === "cancelled" ? `Cancelled: ${reason}` : `Failed: ${reason}`;
}

async function nudgeNext(tx: Sql, conversation_id: string): Promise<void> {
  const next = await tx<{ task_id: string }[]>`
    select task_id from tasks where conversation_id = ${conversation_id} and status = 'queued'
    order by task_id limit 1`;
  await nudge(tx, "run_task", next.map((row) => row.task_id));
}

/** Gives a running task back, unharmed, because this worker is being stopped. */
export async function releaseTask({ sql }: Database, claim: Claim): Promise<void> {
  await sql.begin(async (tx) => {
    const done = await tx`
      update tasks set status = 'queued', worker_id = null where ${held(tx, claim)}
        and stop_requested_at is null`;
    if (done.count === 1) await nudge(tx, "run_task", [claim.task_id]);
  });
}

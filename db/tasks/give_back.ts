import type { Database, Sql } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { nudge } from "@/db/queue.ts";
import { type Task, taskColumns } from "@/db/tasks.ts";
import type { Interruption } from "@/db/nouns/task.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import { afterEnd } from "@/db/tasks/after_end.ts";
import { holdWorkflowOf } from "@/db/workflows.ts";
import { type Claim, held, stopText, usageColumns } from "@/db/tasks/run.ts";

/** A machine that dies of a task should not die for ever, nor one task cost money for ever. */
export const MOST_CRASHES = 2;
export const MOST_ATTEMPTS = 20;
export const MOST_CLAIMS = 50;
/** Before all that waits for its first turn: what was interrupted had its place already. */
const INTERRUPTED_PRIORITY = 1;

export type WayBack =
  | { to: "queued"; attempt: number; crash_count: number }
  | { to: "failed"; error: string }
  | { to: "cancelled" };

type Interrupted = Pick<
  Task,
  | "attempt"
  | "claim_count"
  | "crash_count"
  | "cli_started_at"
  | "machine_id"
  | "stop_requested_at"
>;

/** Pure; the table of states is in docs/states.md. */
export function wayBack(task: Interrupted, why: Interruption): WayBack {
  if (task.stop_requested_at) return { to: "cancelled" };
  const { attempt, claim_count, crash_count } = task;
  if (!task.cli_started_at) {
    if (claim_count < MOST_CLAIMS) return { to: "queued", attempt, crash_count };
    return failed(`It was taken ${claim_count} times, and its CLI never started.`);
  }
  const crashes = why === "worker_stopped" ? crash_count : crash_count + 1;
  if (crashes >= MOST_CRASHES) return failed(crashText(task, why));
  if (attempt >= MOST_ATTEMPTS) return failed(`It was interrupted in each of ${attempt} attempts.`);
  return { to: "queued", attempt: attempt + 1, crash_count: crashes };
}

const failed = (error: string): WayBack => ({ to: "failed", error });

function crashText({ attempt, machine_id }: Interrupted, why: Interruption): string {
  if (why === "cli_killed") {
    return `The CLI was killed during attempt ${attempt}, on machine ${machine_id}: ` +
      "out of memory looks like this.";
  }
  if (why === "claim_lost") return `Machine ${machine_id} lost sight of attempt ${attempt}.`;
  return `Machine ${machine_id} fell silent during attempt ${attempt}.`;
}

/** Null when the claim is lost: then nothing was changed. */
export async function giveBack(
  { sql }: Database,
  claim: Claim,
  why: Interruption,
  usage: Usage | null = null,
): Promise<Task | null> {
  return await sql.begin(async (tx) => {
    await holdWorkflowOf(tx, claim.task_id);
    const [task] = await tx<Task[]>`
      select ${taskColumns(tx)} from tasks where ${held(tx, claim)} for update`;
    return task ? await takeBack(tx, task, why, usage) : null;
  });
}

export async function takeBack(
  tx: Sql,
  task: Task,
  why: Interruption,
  usage: Usage | null = null,
): Promise<Task> {
  const way = wayBack(task, why);
  const used = usage ? usageSet(tx, usage) : tx``;
  return way.to === "queued"
    ? await requeue(tx, task, way, why, used)
    : await end(tx, task, way, used);
}

const usageSet = (tx: Sql, usage: Usage) => tx`, ${usageColumns(tx, usage)}`;
type Fragment = ReturnType<typeof usageSet>;

async function requeue(
  tx: Sql,
  { task_id }: Task,
  { attempt, crash_count }: WayBack & { to: "queued" },
  why: Interruption,
  used: Fragment,
): Promise<Task> {
  const [task] = await tx<Task[]>`
    update tasks set status = 'queued', worker_id = null, claim_id = null, attempt = ${attempt},
      crash_count = ${crash_count},
      interruption = case when cli_started_at is null then interruption else ${why} end ${used}
    where task_id = ${task_id} returning ${taskColumns(tx)}`;
  // What was handed over and not read is handed to the next run.
  await tx`
    update task_inputs set taken_at = null where task_id = ${task_id} and heard_at is null`;
  await addEvent(tx, "task.metrics", task_id, { status: "queued", attempt });
  await nudge(tx, "run_task", [task_id], { priority: INTERRUPTED_PRIORITY });
  return task;
}

async function end(
  tx: Sql,
  { task_id }: Task,
  way: WayBack & { to: "failed" | "cancelled" },
  used: Fragment,
): Promise<Task> {
  const error = way.to === "failed" ? tx`${way.error}` : stopText(tx);
  const [ended] = await tx<Task[]>`
    update tasks set status = ${way.to}, worker_id = null, claim_id = null, completed_at = now(),
      error = ${error} ${used}
    where task_id = ${task_id} returning ${taskColumns(tx)}`;
  await afterEnd(tx, ended);
  return ended;
}

export async function nudgeTasks(
  sql: Sql,
  tasks: Pick<Task, "task_id" | "claim_count">[],
): Promise<void> {
  const ids = (interrupted: boolean) =>
    tasks.filter((task) => (task.claim_count > 0) === interrupted).map((task) => task.task_id);
  await nudge(sql, "run_task", ids(true), { priority: INTERRUPTED_PRIORITY });
  await nudge(sql, "run_task", ids(false));
}

import type { Sql } from "@/db/client.ts";
import { addMessage } from "@/db/conversations.ts";
import { addEvent, type EventName } from "@/db/events.ts";
import { nudge } from "@/db/queue.ts";
import { coverageText, endedWithRefusals } from "@/db/nouns/coverage.ts";
import { replyTarget } from "@/db/nouns/task.ts";
import { finishReply } from "@/db/replies.ts";
import type { Task } from "@/db/tasks.ts";
import { afterStep, type Left } from "@/db/workflows/after_step.ts";
import { stepText } from "@/db/workflows/step_text.ts";
import { passOnUnheard } from "@/db/tasks/unheard.ts";

const EVENT_OF: Partial<Record<Task["status"], EventName>> = {
  completed: "task.completed",
  failed: "task.failed",
  cancelled: "task.cancelled",
};

/** Everything that follows from a task's end, in the transaction that ended it. */
export async function afterEnd(
  tx: Sql,
  task: Task,
  left: Left = {},
): Promise<void> {
  await addMessage(tx, {
    conversation_id: task.conversation_id,
    role: task.status === "completed" ? "assistant" : "system",
    content: endText(task),
    task_id: task.task_id,
  });
  await addEvent(tx, EVENT_OF[task.status]!, task.task_id, {
    status: task.status,
    error: task.error,
    with_refusals: endedWithRefusals(task),
    cost_usd: task.cost_usd,
    num_turns: task.num_turns,
    duration_seconds: task.duration_seconds,
  });
  if (task.workflow_id !== null) await afterStep(tx, task, left);
  else await finishReply(tx, task, endText(task));
  await passOnUnheard(tx, task);
  await nudgeNext(tx, task.conversation_id);
}

type Ended = Pick<
  Task,
  "status" | "output" | "error" | "coverage" | "refusals" | "source_metadata" | "step" | "result"
>;

/** What the asker reads at the end: the answer, or one line that says why there is none. */
export function endText(task: Ended): string {
  if (task.status === "completed") {
    const handed_over = task.step && stepText(task.step, task.result);
    return [handed_over || task.output?.trim() || "Done. There was nothing to say.", seenText(task)]
      .filter(Boolean).join("\n\n");
  }
  const reason = task.error ?? "no reason was recorded";
  return task.status === "cancelled" ? `Cancelled: ${reason}` : `Failed: ${reason}`;
}

/** For those who do not see the page. */
const seenText = (task: Ended): string =>
  replyTarget(task) === null ? "" : coverageText(task.coverage, task.refusals);

async function nudgeNext(tx: Sql, conversation_id: string): Promise<void> {
  const next = await tx<{ task_id: string }[]>`
    select task_id from tasks where conversation_id = ${conversation_id} and status = 'queued'
    order by task_id limit 1`;
  await nudge(tx, "run_task", next.map((row) => row.task_id));
}

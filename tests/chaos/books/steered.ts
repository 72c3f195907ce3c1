import type { Rows } from "@/tests/chaos/books/rows.ts";
import type { Ledger } from "@/tests/chaos/ledger.ts";

/**
 * A message into a running task reached its CLI, is a next task, or is said to be not heard. Who
 * stops a task stops what was told to it as well.
 */
export function messageProblems(
  { tasks, told }: Rows,
  { said }: Ledger,
  heard: Set<string>,
): string[] {
  const cancelled = new Set(
    tasks.filter(({ status }) => status === "cancelled").map(({ task_id }) => task_id),
  );
  return [...said].filter(([word, { task_id }]) =>
    !cancelled.has(task_id) && !heard.has(word) && !told.includes(word) &&
    !tasks.some(({ input_message }) => input_message.includes(word))
  ).map(([word, { task_id }]) => `the message ${word} into the task ${task_id} was swallowed`);
}

/** What was promised to be stopped was stopped. */
export function stopProblems({ tasks }: Rows, { stopped }: Ledger): string[] {
  return tasks.filter(({ task_id, status }) => stopped.has(task_id) && status !== "cancelled")
    .map(({ task_id, status }) => `the task ${task_id} was to be stopped and is ${status}`);
}

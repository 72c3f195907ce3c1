import type { Rows } from "@/tests/chaos/books/rows.ts";

/** Each task has ended, and says so once. */
export function eventProblems({ tasks, ends }: Rows): string[] {
  return tasks.flatMap(({ task_id, status }) => {
    if (["queued", "running"].includes(status)) return [`the task ${task_id} is still ${status}`];
    const said = ends.get(task_id) ?? [];
    if (said.length === 1 && said[0] === `task.${status}`) return [];
    return [`the ${status} task ${task_id} has ended by ${said.join(" and ") || "no event"}`];
  });
}

/** What a task printed is numbered without a gap, up to the number that it says itself. */
export function outputProblems({ tasks, output }: Rows): string[] {
  return tasks.flatMap(({ task_id, last_seq }) => {
    const { rows, last } = output.get(task_id) ?? { rows: 0, last: 0 };
    if (rows === last && last === last_seq) return [];
    return [`the task ${task_id} has ${rows} rows, the last is ${last}, and it says ${last_seq}`];
  });
}

/** Nothing that is asked for can fail by itself, and what was cut off gets a second attempt. */
export function attemptProblems({ tasks }: Rows): string[] {
  return tasks.filter(({ status, attempt }) => status === "failed" && attempt === 1)
    .map(({ task_id, error }) => `the task ${task_id} failed at its first attempt: ${error}`);
}

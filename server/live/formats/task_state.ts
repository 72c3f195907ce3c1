import { hasEnded, type Task } from "@/db/nouns/task.ts";
import { type Usage, usageOf } from "@/db/nouns/usage.ts";
import type { WatchedTask } from "@/db/tasks/watch.ts";

/** Readers are told of cost and tokens once in this time. */
const USAGE_MS = 1_000;

/** A task as its readers are told of it: its usage may be a second old. */
export interface TaskState {
  task: Task;
  usage_at_ms: number;
  /** Equal for states that readers cannot tell apart. */
  key: string;
}

export function nextState(before: TaskState | null, task: Task, now_ms: number): TaskState {
  const { usage_at_ms } = before ?? { usage_at_ms: -Infinity };
  if (!before || !tellsUsage(before, task)) return stateOf(task, before ? usage_at_ms : now_ms);
  const early = now_ms - usage_at_ms < USAGE_MS && !hasEnded(task.status);
  return early ? stateOf({ ...task, ...usageOf(before.task) }, usage_at_ms) : stateOf(task, now_ms);
}

export const tellsUsage = (told: TaskState | null, task: Task): boolean =>
  told === null || usageKey(told.task) !== usageKey(task);

/** True when the task has more to tell than the state, such as usage that was held back. */
export const isNews = (task: WatchedTask, state: TaskState | null): boolean =>
  state === null || task.last_seq !== state.task.last_seq || keyOf(task) !== state.key;

const stateOf = (task: Task, usage_at_ms: number): TaskState => ({
  task,
  usage_at_ms,
  key: keyOf(task),
});

const keyOf = (task: WatchedTask): string =>
  [task.status, task.attempt, task.stop_requested_at !== null, usageKey(task)].join();

const usageKey = (usage: Usage): string => Object.values(usageOf(usage)).join();

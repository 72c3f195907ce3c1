import { hasEnded, type Task } from "@/db/nouns/task.ts";
import { type Usage, usageOf } from "@/db/nouns/usage.ts";
import type { WatchedTask } from "@/db/tasks/watch.ts";

/** Readers are told of cost and tokens once in this time. */
const USAGE_MS = 1_000;

/** A task as its readers are told of it: its usage may be a second old. */
export interface TaskState {
  task: Task;
  usage_at_ms: number;
  /** Rises when readers can tell the state from the one before. */
  version: number;
}

export function nextState(before: TaskState | null, task: Task, now_ms: number): TaskState {
  if (!before) return { task, usage_at_ms: now_ms, version: 1 };
  const news = tellsUsage(before, task);
  const early = now_ms - before.usage_at_ms < USAGE_MS && !hasEnded(task.status);
  const told = news && early ? { ...task, ...usageOf(before.task) } : task;
  return {
    task: told,
    usage_at_ms: news && !early ? now_ms : before.usage_at_ms,
    version: before.version + (keyOf(told) === keyOf(before.task) ? 0 : 1),
  };
}

export const tellsUsage = (told: TaskState | null, task: Task): boolean =>
  told === null || usageKey(told.task) !== usageKey(task);

/** True when the task has more to tell than the state, such as usage that was held back. */
export const isNews = (task: WatchedTask, state: TaskState | null): boolean =>
  state === null || task.last_seq !== state.task.last_seq || keyOf(task) !== keyOf(state.task);

const keyOf = (task: WatchedTask): string =>
  [task.status, task.attempt, task.stop_requested_at !== null, usageKey(task)].join();

const usageKey = (usage: Usage): string => Object.values(usageOf(usage)).join();

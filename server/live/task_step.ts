import type { Output } from "@/db/task_output.ts";
import type { Task } from "@/db/tasks.ts";
import type { Page } from "@/server/live/task_page.ts";

const METRICS_MS = 1_000;

/** What became known of a task, for readers who stand at the same place. */
export interface TaskBatch {
  /** Read before the rows: an ended task has all its rows here or earlier. */
  task: Task;
  /** The row just before `rows[0]`. */
  previous: Output | null;
  /** None when only the task changed. */
  rows: Output[];
  /** The task as these readers were last told of it; null at the beginning of their streams. */
  before: Task | null;
  /** True when cost or tokens have changed since they were told, a second ago or more. */
  metrics: boolean;
}

/** What a reader knows of the task itself. */
export interface Told {
  task: Task;
  metrics_at: number;
  /** Equal for those who need no different frames. */
  key: string;
}

/** Where a reader stands. */
export interface Place {
  seq: number;
  /** The row at `seq`, where it was read. */
  last: Output | null;
  told: Told | null;
}

/** What a page means to those at one place, and where they stand afterwards. */
export interface Step {
  batch: TaskBatch;
  place: Place;
  owes_metrics: boolean;
}

/** Cuts a page for those at one place, and says where they stand then. */
export function stepFor(page: Page, { seq, last, told }: Place): Step {
  const { task } = page;
  const at = page.rows.findIndex((row) => row.seq > seq);
  const rows = at < 0 ? [] : page.rows.slice(at);
  const previous = at > 0 ? page.rows[at - 1] : at === 0 ? page.previous : last;
  const telling = tell(task, told);
  return {
    batch: { task, previous, rows, before: told?.task ?? null, metrics: telling.metrics },
    place: {
      seq: rows.at(-1)?.seq ?? seq,
      last: rows.at(-1) ?? last ?? previous,
      told: telling.told,
    },
    owes_metrics: telling.owed,
  };
}

/** Whether cost and tokens are to be told now, or changed and have to wait. */
function tell(task: Task, told: Told | null): { metrics: boolean; owed: boolean; told: Told } {
  const now = performance.now();
  const changed = !told || usageOf(task) !== usageOf(told.task);
  const early = told !== null && now - told.metrics_at < METRICS_MS;
  const known = changed && early ? { ...task, ...pickUsage(told.task) } : task;
  return {
    metrics: changed && !early,
    owed: changed && early,
    told: {
      task: known,
      metrics_at: changed && !early ? now : told!.metrics_at,
      key: `${stateOf(known)} ${usageOf(known)}`,
    },
  };
}

const pickUsage = (task: Task) => ({
  cost_usd: task.cost_usd,
  input_tokens: task.input_tokens,
  output_tokens: task.output_tokens,
  cache_read_tokens: task.cache_read_tokens,
  cache_creation_tokens: task.cache_creation_tokens,
  num_turns: task.num_turns,
});

const usageOf = (task: Task): string => Object.values(pickUsage(task)).join();

const stateOf = (task: Task): string =>
  [task.status, task.attempt, task.stop_requested_at !== null].join();

/** True when there is something to say at all. */
export const isNews = ({ rows, metrics, before, task }: TaskBatch): boolean =>
  rows.length > 0 || metrics || !before || stateOf(before) !== stateOf(task);

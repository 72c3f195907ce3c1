import type { Output } from "@/db/task_output.ts";
import type { TaskState } from "@/server/live/formats/task_state.ts";

/** What follows a position in a task's stream. */
export interface TaskNews {
  state: TaskState;
  /** What readers were told before; null at the beginning of a stream. */
  told: TaskState | null;
  /** The number of the last row that they have. */
  after: number;
  /** That row, where it need not be read for this. */
  previous: Output | null;
  /** None when only the task changed. */
  rows: Output[];
  /** True when the task has ended and no row follows. */
  last: boolean;
}

/** How a task is written on the wire. */
export interface TaskFormat {
  name: string;
  frames(news: TaskNews): string | Promise<string>;
}

import type { Output } from "@/db/task_output.ts";
import type { TaskState } from "@/server/live/formats/task_state.ts";

export interface TaskNews {
  state: TaskState;
  /** What readers know; null at the beginning of a stream. */
  told: TaskState | null;
  /** The last row that they have. */
  after: number;
  /** That row, where it need not be read for this. */
  previous: Output | null;
  rows: Output[];
  /** True when the task has ended and no row follows. */
  last: boolean;
}

export interface TaskFormat {
  name: string;
  frames(news: TaskNews): string | Promise<string>;
}

import { outputJson, taskJson } from "@/server/api/task_schema.ts";
import type { Output } from "@/db/task_output.ts";
import type { Task } from "@/db/tasks.ts";
import type { TaskFormat } from "@/server/live/task_room.ts";

const frame = (event: string, data: unknown, id?: number): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** One row without an id, for streams over many tasks. */
export const outputFrame = (task_id: string, row: Output): string =>
  frame("task.output", { task_id, ...outputJson(row) });

/** A task's stream for programs: only `task.output` carries an id, which is its `seq`. */
export const jsonFormat: TaskFormat = {
  name: "json",
  frames({ task, rows, before, metrics }) {
    const { task_id, status } = task;
    const started = task.started_at && (!before?.started_at || before.attempt !== task.attempt)
      ? frame("task.started", { task_id, status, ...startOf(task) })
      : "";
    const output = rows.map((row) =>
      frame("task.output", { task_id, ...outputJson(row) }, row.seq)
    );
    const told = metrics && task.started_at
      ? frame("task.metrics", { task_id, ...metricsOf(task) })
      : "";
    return Promise.resolve(started + output.join("") + told);
  },
  end: (task) => frame(`task.${task.status}`, taskJson(task)),
};

const startOf = (task: Task) => ({
  machine_id: task.machine_id,
  attempt: task.attempt,
  started_at: task.started_at!.toISOString(),
});

const metricsOf = (task: Task) => ({
  cost_usd: task.cost_usd,
  input_tokens: task.input_tokens,
  output_tokens: task.output_tokens,
  cache_read_tokens: task.cache_read_tokens,
  cache_creation_tokens: task.cache_creation_tokens,
  num_turns: task.num_turns,
});

import type { Event } from "@/db/events.ts";
import { usageOf } from "@/db/nouns/usage.ts";
import type { Output } from "@/db/task_output.ts";
import type { Task } from "@/db/tasks.ts";
import type { TaskFormat, TaskNews } from "@/server/live/formats/format.ts";
import { tellsUsage } from "@/server/live/formats/task_state.ts";

function frame(event: string, data: unknown, id?: number | string): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

export const eventFrames = (events: Event[]): string =>
  events.map(({ cursor, event, data }) => frame(event, data, cursor)).join("");

export function outputFrame(task_id: string, output: Output, id?: number): string {
  const { attempt: _attempt, ...row } = output;
  return frame("task.output", { task_id, ...row }, id);
}

/** A task's stream for programs. `toJson` makes what is told of the task that has ended. */
export const jsonFormat = (toJson: (task: Task) => unknown): TaskFormat => ({
  name: "json",
  frames: (news) => {
    const { task } = news.state;
    const output = news.rows.map((row) => outputFrame(task.task_id, row, row.seq));
    const end = news.last ? frame(`task.${task.status}`, toJson(task)) : "";
    return started(news) + output.join("") + metrics(news) + end;
  },
});

function started({ state: { task }, told }: TaskNews): string {
  if (!task.started_at) return "";
  if (told?.task.started_at && told.task.attempt === task.attempt) return "";
  const { task_id, status, machine_id, attempt, started_at } = task;
  return frame("task.started", { task_id, status, machine_id, attempt, started_at });
}

function metrics({ state: { task }, told }: TaskNews): string {
  if (!task.started_at || !tellsUsage(told, task)) return "";
  return frame("task.metrics", { task_id: task.task_id, ...usageOf(task) });
}

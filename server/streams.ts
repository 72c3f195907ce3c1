import { isEventCursor } from "@/db/events.ts";
import type { Task } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import type { AppContext } from "@/server/env.ts";
import type { Live } from "@/server/live.ts";
import type { TaskFormat } from "@/server/live/formats/format.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  // Nginx would collect the frames and hand them on when it likes.
  "x-accel-buffering": "no",
};

/** What the reader has: `Last-Event-ID`, or `?last_event_id=` for tools that set no headers. */
export const lastEventId = (c: AppContext): string | undefined =>
  c.req.header("last-event-id") ?? c.req.query("last_event_id");

/** The number of a row, or null where the text is none. */
export const seqOf = (text: string | undefined): number | null =>
  text && /^\d{1,9}$/.test(text) ? Number(text) : null;

/** True when the task has ended and the reader has everything: a 204 tells it not to come back. */
export const hasNothingMore = (task: Task, after: number | null): boolean =>
  after !== null && after >= task.last_seq && hasEnded(task.status);

/** SSE of one task after a row. */
export function streamTask(
  c: AppContext,
  live: Live,
  task: Task,
  after: number | null,
  format: TaskFormat,
): Response {
  const seq = Math.min(after ?? 0, task.last_seq); // an id that we never gave blinds nobody
  return c.body(live.task(task.task_id, seq, format, c.get("principal")), 200, HEADERS);
}

/** SSE of everything after the reader's last event; else of all that follows this answer. */
export async function streamEvents(
  c: AppContext,
  live: Live,
  options = { with_output: true },
): Promise<Response> {
  const id = lastEventId(c);
  const after = id !== undefined && isEventCursor(id) ? id : null;
  return c.body(await live.events(after, c.get("principal"), options), 200, HEADERS);
}

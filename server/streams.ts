import { isEventCursor } from "@/db/events.ts";
import type { Task } from "@/db/tasks.ts";
import type { AppContext } from "@/server/env.ts";
import type { Live } from "@/server/live.ts";
import type { TaskFormat } from "@/server/live/formats/format.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no", // nginx would collect the frames, and hand them on when it likes
};

/** What the reader has: `Last-Event-ID`, or `?last_event_id=` for tools that set no headers. */
export const lastEventId = (c: AppContext): string | undefined =>
  c.req.header("last-event-id") ?? c.req.query("last_event_id");

/** The number of a row, or null where the text is none. */
export const seqOf = (text: string | undefined): number | null =>
  text && /^\d{1,9}$/.test(text) ? Number(text) : null;

/** One task after a row. A number that we never gave is taken for the last one. */
export function streamTask(
  c: AppContext,
  live: Live,
  task: Task,
  after_seq: number | null,
  format: TaskFormat,
): Response {
  const seq = Math.min(after_seq ?? 0, task.last_seq);
  return c.body(live.task(task.task_id, seq, format, c.get("principal")), 200, HEADERS);
}

/** Everything after the last event that the reader has, else all that follows this answer. */
export async function streamEvents(c: AppContext, live: Live, with_output: boolean) {
  const id = lastEventId(c);
  const after = id !== undefined && isEventCursor(id) ? id : null;
  return c.body(await live.events(after, c.get("principal"), with_output), 200, HEADERS);
}

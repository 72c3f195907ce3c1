import { isEventCursor } from "@/db/events.ts";
import type { Task } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import type { AppContext } from "@/server/env.ts";
import type { Live, TaskFormat } from "@/server/live.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  // Nginx would collect the frames and hand them on when it likes.
  "x-accel-buffering": "no",
};

/** Where the reader stands: `Last-Event-ID`, or `?last_event_id=` for tools that set no headers. */
export const lastEventId = (c: AppContext): string | null =>
  c.req.header("last-event-id") ?? c.req.query("last_event_id") ?? null;

/**
 * SSE of one task from the reader's place on; 204, which tells a browser not to come back, when
 * the task has ended and the reader has everything.
 */
export function streamTask(
  c: AppContext,
  live: Live,
  task: Task,
  format: TaskFormat,
): Response {
  const seq = readSeq(lastEventId(c));
  if (seq !== null && seq >= task.last_seq && hasEnded(task.status)) return c.body(null, 204);
  const after = Math.min(seq ?? 0, task.last_seq); // an id that we never gave blinds nobody
  return c.body(live.task(task.task_id, after, format, c.get("principal")), 200, HEADERS);
}

/** SSE of everything from the reader's place on; else of all that follows this answer. */
export async function streamEvents(c: AppContext, live: Live): Promise<Response> {
  const id = lastEventId(c);
  const now = await live.now();
  const after = id !== null && isEventCursor(id) ? id : now;
  return c.body(live.events(after, c.get("principal")), 200, HEADERS);
}

function readSeq(id: string | null): number | null {
  return id !== null && /^\d{1,9}$/.test(id) ? Number(id) : null;
}

import { createRoute, z } from "@hono/zod-openapi";
import { existingTask } from "@/server/api/existing.ts";
import { pathId } from "@/server/api/requests.ts";
import { problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { jsonFormat } from "@/server/live/frames.ts";
import type { TaskFormat } from "@/server/live/task_room.ts";
import { shownTask } from "@/server/shown.ts";
import { streamEvents, streamTask } from "@/server/streams.ts";

const eventStream = (description: string) => ({
  description,
  content: { "text/event-stream": { schema: z.string() } },
});

const place = {
  headers: z.object({
    "last-event-id": z.string().optional().openapi({ description: "The last id that was seen." }),
  }),
  query: z.object({
    last_event_id: z.string().optional().openapi({
      description: "The same, for tools that cannot set the header.",
    }),
  }),
};

/** The two streams of Server-Sent Events. */
export function mountStreams(app: App, deps: AppDeps): void {
  const task = createRoute({
    method: "get",
    path: "/api/tasks/{task_id}/stream",
    operationId: "streamTask",
    tags: ["tasks"],
    summary: "One task, live",
    description: "All output after `Last-Event-ID` (none: from the start), then live. " +
      "`task.output` carries its `seq` as id; `task.started` and `task.metrics` carry none. The " +
      "last event is `task.completed`, `task.failed` or `task.cancelled`, with the task.",
    middleware: [viewer, existingTask(deps)],
    request: { params: z.object({ task_id: pathId() }), ...place },
    responses: {
      200: eventStream("Server-Sent Events with JSON data."),
      204: { description: "The task has ended and there is nothing after that id." },
      ...problems(404),
    },
  });
  const format: TaskFormat = {
    ...jsonFormat,
    end: (ended) => jsonFormat.end(shownTask(deps, ended)),
  };
  app.openapi(task, (c) => streamTask(c, deps.live, c.get("task"), format) as never);

  const events = createRoute({
    method: "get",
    path: "/api/events",
    operationId: "streamEvents",
    tags: ["events"],
    summary: "Everything, live",
    description: "What happened after `Last-Event-ID` (none: from now on), then live. " +
      "`task.output` of all tasks comes along without an id: it is not replayed; what was missed " +
      "is in the logs of the task.",
    middleware: viewer,
    request: place,
    responses: { 200: eventStream("Server-Sent Events with JSON data."), ...problems() },
  });
  app.openapi(events, async (c) => await streamEvents(c, deps.live) as never);
}

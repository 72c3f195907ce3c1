import { createRoute, z } from "@hono/zod-openapi";
import { hasEnded } from "@/db/nouns/task.ts";
import { existingTask } from "@/server/api/existing.ts";
import { pathId } from "@/server/api/requests.ts";
import { problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { taskJson } from "@/server/api/task_schema.ts";
import { jsonFormat } from "@/server/live/formats/json.ts";
import { shownTask } from "@/server/shown.ts";
import { lastEventId, seqOf, streamEvents, streamTask } from "@/server/streams.ts";

const eventStream = (description: string) => ({
  description,
  content: { "text/event-stream": { schema: z.string() } },
});

const position = {
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
    request: { params: z.object({ task_id: pathId() }), ...position },
    responses: {
      200: eventStream("Server-Sent Events with JSON data."),
      204: { description: "The task has ended and there is nothing after that id." },
      ...problems(404),
    },
  });
  const format = jsonFormat((task) => taskJson(shownTask(deps, task)));
  app.openapi(task, (c) => {
    const after = seqOf(lastEventId(c));
    const task = c.get("task");
    const has_all = after !== null && after >= task.last_seq && hasEnded(task.status);
    if (has_all) return c.body(null, 204); // which tells a browser not to come back
    return streamTask(c, deps.live, task, after, format) as never;
  });

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
    request: position,
    responses: { 200: eventStream("Server-Sent Events with JSON data."), ...problems() },
  });
  app.openapi(events, async (c) => await streamEvents(c, deps.live, true) as never);
}

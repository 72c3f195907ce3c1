import { createRoute, z } from "@hono/zod-openapi";
import { readOutput } from "@/db/task_output.ts";
import { TASK_SOURCES, TASK_STATUSES } from "@/db/nouns/task.ts";
import { listTasks } from "@/db/tasks.ts";
import { existingTask } from "@/server/api/existing.ts";
import { idPaging, list, pageRequest, paging } from "@/server/api/lists.ts";
import { pathId } from "@/server/api/requests.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import { Output, outputJson, Task } from "@/server/api/task_schema.ts";
import { shown } from "@/server/api/tasks/shown.ts";
import type { App, AppDeps } from "@/server/env.ts";

const tags = ["tasks"];
const params = z.object({ task_id: pathId() });

const Filter = idPaging.extend({
  status: z.enum(TASK_STATUSES).optional(),
  agent: z.string().optional(),
  source: z.enum(TASK_SOURCES).optional(),
  conversation_id: z.string().optional(),
  flow_id: z.string().optional(),
});

const listing = createRoute({
  method: "get",
  path: "/api/tasks",
  operationId: "listTasks",
  tags,
  summary: "Tasks, newest first",
  middleware: viewer,
  request: { query: Filter },
  responses: { 200: json("A page of tasks.", list(Task)), ...problems(422) },
});

export function mountTaskReading(app: App, deps: AppDeps): void {
  const { db } = deps;
  app.openapi(listing, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const { items, next_cursor } = await listTasks(db, filter, { limit, cursor });
    return c.json({ items: items.map((task) => shown(deps, task)), next_cursor }, 200);
  });

  const one = createRoute({
    method: "get",
    path: "/api/tasks/{task_id}",
    operationId: "getTask",
    tags,
    summary: "One task",
    middleware: [viewer, existingTask(deps)],
    request: { params },
    responses: { 200: json("The task.", Task), ...problems(404) },
  });
  app.openapi(one, (c) => c.json(shown(deps, c.get("task")), 200));

  const logs = createRoute({
    method: "get",
    path: "/api/tasks/{task_id}/logs",
    operationId: "listTaskOutput",
    tags,
    summary: "What the CLI printed, oldest first",
    middleware: [viewer, existingTask(deps)],
    request: { params, query: paging((cursor) => /^\d{1,9}$/.test(cursor)) },
    responses: { 200: json("A page of output.", list(Output)), ...problems(404, 422) },
  });
  app.openapi(logs, async (c) => {
    const { limit, cursor } = pageRequest(c.req.valid("query"));
    const rows = await readOutput(db, c.get("task").task_id, Number(cursor ?? 0), limit + 1);
    const items = rows.slice(0, limit).map(outputJson);
    const next_cursor = rows.length > limit ? String(items[limit - 1].seq) : null;
    return c.json({ items, next_cursor }, 200);
  });
}

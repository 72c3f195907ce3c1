import { createRoute, z } from "@hono/zod-openapi";
import { hasEnded } from "@/db/nouns/task.ts";
import { existingTask } from "@/server/api/existing.ts";
import { body, pathId, promptText } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import { Task } from "@/server/api/task_schema.ts";
import { shown } from "@/server/api/tasks/shown.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { sendInput } from "@/server/verbs/tasks/send_input.ts";
import { stopTask } from "@/server/verbs/tasks/stop.ts";

const tags = ["tasks"];
const params = z.object({ task_id: pathId() });
const STOP_PATIENCE_MS = 10_000;

const stop = createRoute({
  method: "post",
  path: "/api/tasks/{task_id}/stop",
  operationId: "stopTask",
  tags,
  summary: "Stops a task, with everything that it started",
  ...allowed(stopTask),
  request: { params },
  responses: {
    200: json("The task has ended: its processes are gone.", Task),
    202: json("It is being stopped, which takes longer, or its machine is silent.", Task),
    ...refusals(404, 409),
  },
});

export function mountTaskChanges(app: App, deps: AppDeps): void {
  app.openapi(stop, async (c) => {
    const { task_id } = c.req.valid("param");
    const which = { task_id, wait_ms: STOP_PATIENCE_MS };
    const task = await stopTask(deps, c.get("principal"), which);
    return c.json(shown(deps, task), hasEnded(task.status) ? 200 : 202);
  });

  const input = createRoute({
    method: "post",
    path: "/api/tasks/{task_id}/input",
    operationId: "sendTaskInput",
    tags,
    summary: "Says something to the running CLI",
    ...allowed(
      sendInput,
      "What the run does not read before it ends becomes the next task of its conversation.",
      existingTask(deps),
    ),
    request: { params, body: body(z.strictObject({ message: promptText() })) },
    responses: {
      202: json("It goes into the running CLI.", z.object({ task_id: z.uuid() })),
      ...refusals(404, 409, ...BODY_PROBLEMS),
    },
  });
  app.openapi(input, async (c) => {
    const { task_id } = c.req.valid("param");
    const { message } = c.req.valid("json");
    await sendInput(deps, c.get("principal"), { task_id, message });
    return c.json({ task_id }, 202);
  });
}

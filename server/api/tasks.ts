import { TOOL_PROFILES } from "@/db/nouns/tool_profile.ts";
import { createRoute, z } from "@hono/zod-openapi";
import { sendInput } from "@/db/task_inputs.ts";
import { readOutput } from "@/db/task_output.ts";
import { listTasks } from "@/db/tasks.ts";
import { hasEnded, TASK_SOURCES, TASK_STATUSES } from "@/db/nouns/task.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { existingTask } from "@/server/api/existing.ts";
import { idPaging, list, pageRequest, paging } from "@/server/api/lists.ts";
import { body, modelName, pathId, promptText, trustOutsideText } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, problems } from "@/server/api/responses.ts";
import { needs, operator, viewer } from "@/server/api/roles.ts";
import { agentName } from "@/db/nouns/agent_name.ts";
import { Output, outputJson, Task, taskJson } from "@/server/api/task_schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { conflict, unknown } from "@/server/errors.ts";
import { askAgent } from "@/server/verbs/tasks/ask.ts";
import { retry as retryTask } from "@/server/verbs/tasks/retry.ts";
import { shownTask } from "@/server/shown.ts";

const tags = ["tasks"];
const params = z.object({ task_id: pathId() });
const STOP_PATIENCE_MS = 10_000;

const NewTask = z.strictObject({
  prompt: promptText(),
  agent: agentName().nullish(),
  model: modelName().nullish(),
  tool_profile: z.enum(TOOL_PROFILES).nullish().openapi({
    description: "What the agent may do: look, change files, or everything. None: `full`, or " +
      "`read` where the conversation holds text from outside; there more is refused without " +
      "`trust_outside_text`.",
  }),
  trust_outside_text: trustOutsideText(),
  conversation_id: z.string().nullish(),
}).openapi("NewTask");

const Retry = z.strictObject({ trust_outside_text: trustOutsideText() }).openapi("Retry");

const Filter = idPaging.extend({
  status: z.enum(TASK_STATUSES).optional(),
  agent: z.string().optional(),
  source: z.enum(TASK_SOURCES).optional(),
  conversation_id: z.string().optional(),
  flow_id: z.string().optional(),
});

/** /api/tasks… */
export function mountTasks(app: App, deps: AppDeps): void {
  mountReading(app, deps);
  mountCreation(app, deps);
  mountStop(app, deps);
  mountInput(app, deps);
}

function mountReading(app: App, deps: AppDeps): void {
  const { db } = deps;
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
  app.openapi(listing, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const page = await listTasks(db, filter, { limit, cursor });
    return c.json(
      { ...page, items: page.items.map((task) => taskJson(shownTask(deps, task))) },
      200,
    );
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
  app.openapi(one, (c) => c.json(taskJson(shownTask(deps, c.get("task"))), 200));

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

function mountCreation(app: App, deps: AppDeps): void {
  const { db } = deps;
  const creation = createRoute({
    method: "post",
    path: "/api/tasks",
    operationId: "createTask",
    tags,
    summary: "Asks an agent for something",
    description: needs("operator"),
    middleware: operator,
    request: { body: body(NewTask) },
    responses: { 202: json("The queued task.", Task), ...problems(403, 404, ...BODY_PROBLEMS) },
  });
  app.openapi(creation, async (c) => {
    const wanted = c.req.valid("json");
    const task = await askAgent(db, { ...wanted, source: "api" }, c.get("principal"));
    return c.json(taskJson(shownTask(deps, task)), 202);
  });

  const retry = createRoute({
    method: "post",
    path: "/api/tasks/{task_id}/retry",
    operationId: "retryTask",
    tags,
    summary: "The same request again, as a new task",
    description: "Where text from outside is in what it reads, the new task may only `read`, " +
      `unless it is raised again. ${needs("operator")}`,
    middleware: [operator, existingTask(deps)],
    request: { params, body: { ...body(Retry), required: false } },
    responses: {
      202: json("The new task.", Task),
      ...problems(403, 404, 409, ...BODY_PROBLEMS),
    },
  });
  app.openapi(retry, async (c) => {
    const { trust_outside_text } = c.req.valid("json");
    const by = {
      name: c.get("principal").name,
      trust_outside_text: trust_outside_text ?? false,
    };
    return c.json(taskJson(shownTask(deps, await retryTask(db, c.get("task").task_id, by))), 202);
  });
}

function mountStop(app: App, deps: AppDeps): void {
  const stop = createRoute({
    method: "post",
    path: "/api/tasks/{task_id}/stop",
    operationId: "stopTask",
    tags,
    summary: "Stops a task, with everything that it started",
    description: needs("operator"),
    middleware: [operator, existingTask(deps)],
    request: { params },
    responses: {
      200: json("The task has ended: its processes are gone.", Task),
      202: json("It is being stopped, which takes longer, or its machine is silent.", Task),
      ...problems(403, 404, 409),
    },
  });
  app.openapi(stop, async (c) => {
    const { task_id } = c.get("task");
    const actor = c.get("principal").name;
    const answer = await stopTask(deps.db, task_id, actor);
    if (answer.outcome === "unknown") throw unknown("task", task_id);
    if (answer.outcome === "ended") {
      throw conflict(`This task has ended already: it is ${answer.task.status}.`);
    }
    if (hasEnded(answer.task.status)) return c.json(taskJson(shownTask(deps, answer.task)), 200);
    const ended = await deps.live.whenEnded(task_id, STOP_PATIENCE_MS);
    return ended
      ? c.json(taskJson(shownTask(deps, ended)), 200)
      : c.json(taskJson(shownTask(deps, answer.task)), 202);
  });
}

function mountInput(app: App, deps: AppDeps): void {
  const input = createRoute({
    method: "post",
    path: "/api/tasks/{task_id}/input",
    operationId: "sendTaskInput",
    tags,
    summary: "Says something to the running CLI",
    description: "What the run does not read before it ends becomes the next task of its " +
      `conversation. ${needs("operator")}`,
    middleware: [operator, existingTask(deps)],
    request: { params, body: body(z.strictObject({ message: promptText() })) },
    responses: {
      202: json("It goes into the running CLI.", z.object({ task_id: z.uuid() })),
      ...problems(403, 404, 409, ...BODY_PROBLEMS),
    },
  });
  app.openapi(input, async (c) => {
    const { task_id } = c.get("task");
    const { message } = c.req.valid("json");
    const actor = c.get("principal").name;
    const answer = await sendInput(deps.db, task_id, message, actor);
    if (answer === "unknown") throw unknown("task", task_id);
    if (answer === "not_running") throw conflict("This task is not running: nobody is listening.");
    return c.json({ task_id }, 202);
  });
}

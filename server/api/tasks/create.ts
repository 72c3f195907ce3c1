import { createRoute, z } from "@hono/zod-openapi";
import { existingTask } from "@/server/api/existing.ts";
import { body, modelName, pathId, promptText, trustOutsideText } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import { Task } from "@/server/api/task_schema.ts";
import { shown } from "@/server/api/tasks/shown.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { TOOL_PROFILES } from "@/db/nouns/tool_profile.ts";
import { agentName } from "@/db/nouns/agent_name.ts";
import { askAgent } from "@/server/verbs/tasks/ask.ts";
import { retryTask } from "@/server/verbs/tasks/retry.ts";

const tags = ["tasks"];

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

const creation = createRoute({
  method: "post",
  path: "/api/tasks",
  operationId: "createTask",
  tags,
  summary: "Asks an agent for something",
  ...allowed(askAgent),
  request: { body: body(NewTask) },
  responses: { 202: json("The queued task.", Task), ...refusals(404, ...BODY_PROBLEMS) },
});

const Retry = z.strictObject({ trust_outside_text: trustOutsideText() }).openapi("Retry");

const MAY_READ = "Where text from outside is in what it reads, the new task may only `read`, " +
  "unless it is raised again.";

export function mountTaskCreation(app: App, deps: AppDeps): void {
  app.openapi(creation, async (c) => {
    const asked = { ...c.req.valid("json"), source: "api" as const };
    return c.json(shown(deps, await askAgent(deps, c.get("principal"), asked)), 202);
  });

  const retry = createRoute({
    method: "post",
    path: "/api/tasks/{task_id}/retry",
    operationId: "retryTask",
    tags,
    summary: "The same request again, as a new task",
    ...allowed(retryTask, MAY_READ, existingTask(deps)),
    request: {
      params: z.object({ task_id: pathId() }),
      body: { ...body(Retry), required: false },
    },
    responses: { 202: json("The new task.", Task), ...refusals(404, 409, ...BODY_PROBLEMS) },
  });
  app.openapi(retry, async (c) => {
    const { trust_outside_text } = c.req.valid("json");
    const { task_id } = c.req.valid("param");
    const again = { task_id, trust_outside_text: trust_outside_text ?? false };
    return c.json(shown(deps, await retryTask(deps, c.get("principal"), again)), 202);
  });
}

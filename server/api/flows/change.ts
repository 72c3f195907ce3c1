import { createRoute, z } from "@hono/zod-openapi";
import { Flow, flowJson } from "@/server/api/flow_schema.ts";
import { json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { retryFlow } from "@/server/verbs/flows/retry.ts";
import { stopFlow } from "@/server/verbs/flows/stop.ts";
import { undoLink } from "@/server/verbs/flows/undo_link.ts";

const tags = ["flows"];
const params = z.object({ flow_id: z.string() });

const retry = createRoute({
  method: "post",
  path: "/api/flows/{flow_id}/retry",
  operationId: "retryFlow",
  tags,
  summary: "Tries the step that failed again",
  ...allowed(retryFlow),
  request: { params },
  responses: { 202: json("The flow, which goes on.", Flow), ...refusals(404, 409) },
});

const stop = createRoute({
  method: "post",
  path: "/api/flows/{flow_id}/stop",
  operationId: "stopFlow",
  tags,
  summary: "Stops its tasks, or gives its work up",
  ...allowed(
    stopFlow,
    "Giving up closes the pull request and deletes the branch. Where a step runs, that is stopped " +
      "first: stop the flow again to give it up.",
  ),
  request: { params },
  responses: { 202: json("The flow, which ends.", Flow), ...refusals(404, 409) },
});

const unlink = createRoute({
  method: "delete",
  path: "/api/flows/{flow_id}/links/{linked_flow_id}",
  operationId: "undoFlowLink",
  tags,
  summary: "Says that two flows do not belong together",
  ...allowed(undoLink, "They are not linked again by what is written later."),
  request: { params: params.extend({ linked_flow_id: z.string() }) },
  responses: { 200: json("The flow without that link.", Flow), ...refusals(404) },
});

export function mountFlowChanges(app: App, deps: AppDeps): void {
  app.openapi(retry, async (c) => {
    const flow = await retryFlow(deps, c.get("principal"), c.req.valid("param"));
    return c.json(flowJson(deps, flow), 202);
  });
  app.openapi(stop, async (c) => {
    const flow = await stopFlow(deps, c.get("principal"), c.req.valid("param"));
    return c.json(flowJson(deps, flow), 202);
  });
  app.openapi(unlink, async (c) => {
    const flow = await undoLink(deps, c.get("principal"), c.req.valid("param"));
    return c.json(flowJson(deps, flow), 200);
  });
}

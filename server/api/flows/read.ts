import { createRoute, z } from "@hono/zod-openapi";
import { isFlowCursor, listFlows } from "@/db/flows/list.ts";
import { conversationsOf } from "@/db/flows/one.ts";
import { timeline } from "@/db/flows/timeline.ts";
import { FLOW_STATUSES } from "@/db/nouns/flow.ts";
import { existingFlow } from "@/server/api/existing.ts";
import { Flow, flowJson, FlowStory, storyJson } from "@/server/api/flow_schema.ts";
import { list, paging } from "@/server/api/lists.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";

const tags = ["flows"];

const listing = createRoute({
  method: "get",
  path: "/api/flows",
  operationId: "listFlows",
  tags,
  summary: "Outside things with all that was done about them, newest first",
  middleware: viewer,
  request: {
    query: paging(isFlowCursor).extend({
      provider: z.string().optional(),
      status: z.enum(FLOW_STATUSES).optional(),
    }),
  },
  responses: { 200: json("A page of flows.", list(Flow)), ...problems(422) },
});

export function mountFlowReading(app: App, deps: AppDeps): void {
  app.openapi(listing, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const { items, next_cursor } = await listFlows(deps.db, filter, { limit, cursor });
    return c.json({ items: items.map((flow) => flowJson(deps, flow)), next_cursor }, 200);
  });

  const one = createRoute({
    method: "get",
    path: "/api/flows/{flow_id}",
    operationId: "getFlow",
    tags,
    summary: "One flow, told from end to end together with those that are linked with it",
    middleware: [viewer, existingFlow(deps)],
    request: { params: z.object({ flow_id: z.string() }) },
    responses: { 200: json("The flow.", FlowStory), ...problems(404) },
  });
  app.openapi(one, async (c) => {
    const flow = c.get("flow");
    const ids = [flow.flow_id, ...flow.linked.map(({ flow_id }) => flow_id)];
    const [conversations, story] = await Promise.all([
      conversationsOf(deps.db, flow.flow_id),
      timeline(deps.db, ids),
    ]);
    return c.json(storyJson(deps, flow, conversations, story), 200);
  });
}

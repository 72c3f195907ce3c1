import { createRoute, z } from "@hono/zod-openapi";
import { list } from "@/server/api/lists.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import type { App } from "@/server/env.ts";
import { listAgents } from "@/server/registry/agents.ts";

const Agent = z.object({
  name: z.string(),
  description: z.string(),
  model: z.string().nullable(),
}).openapi("Agent");

const route = createRoute({
  method: "get",
  path: "/api/agents",
  operationId: "listAgents",
  tags: ["agents"],
  summary: "The agents that there are",
  middleware: viewer,
  responses: { 200: json("All of them.", list(Agent)), ...problems() },
});

/** GET /api/agents */
export function mountAgents(app: App): void {
  app.openapi(route, async (c) => c.json({ items: await listAgents(), next_cursor: null }, 200));
}

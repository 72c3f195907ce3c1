import { createRoute } from "@hono/zod-openapi";
import { webhookId } from "@/server/api/existing.ts";
import { list } from "@/server/api/lists.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import { Webhook, webhookJson } from "@/server/api/webhooks/schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { listWebhookViews, webhookView } from "@/server/verbs/webhooks/view.ts";

const tags = ["webhooks"];

const listing = createRoute({
  method: "get",
  path: "/api/webhooks",
  operationId: "listWebhooks",
  tags,
  summary: "All webhooks with their commands, built-in ones first",
  middleware: viewer,
  responses: { 200: json("All of them.", list(Webhook)), ...problems() },
});

const one = createRoute({
  method: "get",
  path: "/api/webhooks/{id}",
  operationId: "getWebhook",
  tags,
  summary: "One webhook",
  middleware: viewer,
  request: { params: webhookId },
  responses: { 200: json("The webhook.", Webhook), ...problems(404) },
});

export function mountWebhookReading(app: App, deps: AppDeps): void {
  app.openapi(listing, async (c) => {
    const views = await listWebhookViews(deps);
    return c.json({ items: views.map(webhookJson), next_cursor: null }, 200);
  });
  app.openapi(one, async (c) => {
    const view = await webhookView(deps, c.req.valid("param").id);
    return c.json(webhookJson(view), 200);
  });
}

/** /api/webhooks/stats and /api/webhooks-status */
import { createRoute, z } from "@hono/zod-openapi";
import { listWebhooks } from "@/db/webhooks.ts";
import { webhookStats } from "@/db/webhooks/stats.ts";
import { list } from "@/server/api/lists.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import { statsJson, WebhookStats } from "@/server/api/webhooks/schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { providerStates } from "@/server/verbs/webhooks/provider_states.ts";

const tags = ["webhooks"];

const hours = z.coerce.number().int().min(1).max(24 * 30).default(24).openapi({
  type: "integer",
  description: "How far back.",
});

const OneWebhook = WebhookStats.extend({
  webhook_id: z.uuid(),
  provider: z.string(),
  name: z.string(),
  is_builtin: z.boolean(),
}).openapi("StatsOfWebhook");

const stats = createRoute({
  method: "get",
  path: "/api/webhooks/stats",
  operationId: "getWebhookStats",
  tags,
  summary: "What came in at each webhook, and how long answers took",
  middleware: viewer,
  request: { query: z.object({ hours }) },
  responses: { 200: json("Each webhook.", list(OneWebhook)), ...problems(422) },
});

const State = z.object({
  provider: z.string(),
  title: z.string(),
  is_open: z.boolean().openapi({ description: "At least one of its webhooks takes deliveries." }),
  problem: z.string().nullable().openapi({ description: "Why the built-in one is shut." }),
  webhooks: z.int(),
  open_webhooks: z.int(),
  commands: z.int(),
  received_24h: z.int(),
  refused_24h: z.int(),
  trusted_users: z.object({
    setting: z.string().nullable().openapi({ description: "None: the provider has no such list." }),
    state: z.enum(["default", "list", "everyone"]),
    meaning: z.string(),
  }),
}).openapi("WebhookStatus");

const status = createRoute({
  method: "get",
  path: "/api/webhooks-status",
  operationId: "getWebhooksStatus",
  tags,
  summary: "Each provider: open or why not, and what came in within a day",
  middleware: viewer,
  responses: { 200: json("Each provider.", list(State)), ...problems() },
});

export function mountFigures(app: App, deps: AppDeps): void {
  app.openapi(stats, async (c) => {
    const { hours } = c.req.valid("query");
    const [webhooks, figures] = await Promise.all([
      listWebhooks(deps.db),
      webhookStats(deps.db, hours),
    ]);
    const items = webhooks.flatMap(({ webhook_id, provider, name, is_builtin }) => {
      const own = figures.get(webhook_id);
      return own ? [{ webhook_id, provider, name, is_builtin, ...statsJson(own) }] : [];
    });
    return c.json({ items, next_cursor: null }, 200);
  });
  app.openapi(
    status,
    async (c) => c.json({ items: await providerStates(deps), next_cursor: null }, 200),
  );
}

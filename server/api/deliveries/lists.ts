import { createRoute, z } from "@hono/zod-openapi";
import { OUTCOMES } from "@/db/nouns/delivery.ts";
import { type DeliveryFilter, listDeliveries } from "@/db/deliveries/list.ts";
import type { PageRequest } from "@/db/page.ts";
import { getWebhook } from "@/db/webhooks.ts";
import { existingWebhook, webhookId } from "@/server/api/existing.ts";
import { idPaging, list } from "@/server/api/lists.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import { Delivery, deliveryJson } from "@/server/api/webhooks/trace_schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { shownDelivery } from "@/server/shown.ts";

const tags = ["webhooks"];
const RECENT = 20;

const Filter = idPaging.extend({
  outcome: z.enum(OUTCOMES).optional(),
  event_type: z.string().optional(),
  flow_id: z.string().optional(),
});
const page = { 200: json("A page of deliveries.", list(Delivery)) };

const listing = createRoute({
  method: "get",
  path: "/api/webhooks/events",
  operationId: "listDeliveries",
  tags,
  summary: "What came in at the webhooks and what became of it, newest first",
  middleware: viewer,
  request: {
    query: Filter.extend({ provider: z.string().optional(), webhook_id: z.string().optional() }),
  },
  responses: { ...page, ...problems(422) },
});

const recent = createRoute({
  method: "get",
  path: "/api/webhooks/events/recent",
  operationId: "recentDeliveries",
  tags,
  summary: `The last ${RECENT} deliveries of all webhooks`,
  middleware: viewer,
  responses: { 200: json("The deliveries.", list(Delivery)), ...problems() },
});

export function mountDeliveryLists(app: App, deps: AppDeps): void {
  app.openapi(listing, async (c) => {
    const { limit, cursor, webhook_id, ...filter } = c.req.valid("query");
    const at = webhook_id === undefined ? filter : await atWebhook(deps, webhook_id, filter);
    if (!at) return c.json({ items: [], next_cursor: null }, 200);
    return c.json(await pageOf(deps, at, { limit, cursor }), 200);
  });
  app.openapi(recent, async (c) => {
    const { items } = await pageOf(deps, {}, { limit: RECENT });
    return c.json({ items, next_cursor: null }, 200);
  });
}

export function mountDeliveriesOfWebhook(app: App, deps: AppDeps): void {
  const route = createRoute({
    method: "get",
    path: "/api/webhooks/{id}/events",
    operationId: "listWebhookDeliveries",
    tags,
    summary: "What came in at one webhook, newest first",
    middleware: [viewer, existingWebhook(deps)],
    request: { params: webhookId, query: Filter },
    responses: { ...page, ...problems(404, 422) },
  });
  app.openapi(route, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const at = await atWebhook(deps, c.req.valid("param").id, filter) ?? filter;
    return c.json(await pageOf(deps, at, { limit, cursor }), 200);
  });
}

async function pageOf(deps: AppDeps, filter: DeliveryFilter, request: PageRequest) {
  const { items, next_cursor } = await listDeliveries(deps.db, filter, request);
  return { items: items.map((item) => deliveryJson(shownDelivery(deps, item))), next_cursor };
}

/** The filter for one webhook; null when nothing can have come in there. A removed one has its id. */
async function atWebhook(
  { db }: AppDeps,
  webhook_id: string,
  filter: DeliveryFilter,
): Promise<DeliveryFilter | null> {
  const row = await getWebhook(db, webhook_id);
  if (!row) return { ...filter, webhook_id };
  if (filter.provider !== undefined && filter.provider !== row.provider) return null;
  const { provider, is_builtin } = row;
  return { ...filter, provider, webhook_id: is_builtin ? null : row.webhook_id };
}

import { createRoute, z } from "@hono/zod-openapi";
import {
  type DeliveryFilter,
  getDelivery,
  listDeliveries,
  rawDelivery,
} from "@/db/deliveries/list.ts";
import { OUTCOMES } from "@/db/nouns/delivery.ts";
import { getWebhook } from "@/db/webhooks.ts";
import { existingDelivery, existingWebhook, webhookId } from "@/server/api/existing.ts";
import { idPaging, list } from "@/server/api/lists.ts";
import { pathId } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, problems } from "@/server/api/responses.ts";
import { needs, operator, viewer } from "@/server/api/roles.ts";
import { shownDelivery, shownReplies, shownRequest } from "@/server/shown.ts";
import { DryRun, dryRunJson } from "@/server/api/webhooks/dry_run_schema.ts";
import {
  Delivery,
  deliveryJson,
  DeliveryTrace,
  traceJson,
} from "@/server/api/webhooks/trace_schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { deliveryReplies } from "@/server/verbs/deliveries/replies.ts";
import { dryRun } from "@/server/verbs/deliveries/dry_run.ts";
import { replay } from "@/server/verbs/deliveries/replay.ts";

const tags = ["webhooks"];
const RECENT = 20;
const params = z.object({ delivery_id: pathId() });

const Filter = idPaging.extend({
  outcome: z.enum(OUTCOMES).optional(),
  event_type: z.string().optional(),
  flow_id: z.string().optional(),
});
const page = { 200: json("A page of deliveries.", list(Delivery)) };

/** /api/webhooks/events…, and the events of one webhook */
export function mountDeliveries(app: App, deps: AppDeps): void {
  mountLists(app, deps);
  mountOne(app, deps);
  mountOfWebhook(app, deps);
  mountReplay(app, deps);
}

function mountLists(app: App, deps: AppDeps): void {
  const listing = createRoute({
    method: "get",
    path: "/api/webhooks/events",
    operationId: "listDeliveries",
    tags,
    summary: "What came in at the webhooks and what became of it, newest first",
    middleware: viewer,
    request: {
      query: Filter.extend({
        provider: z.string().optional(),
        webhook_id: z.string().optional(),
      }),
    },
    responses: { ...page, ...problems(422) },
  });
  app.openapi(listing, async (c) => {
    const { limit, cursor, webhook_id, ...filter } = c.req.valid("query");
    const at = webhook_id === undefined ? filter : await atWebhook(deps, webhook_id, filter);
    const page = at && await listDeliveries(deps.db, at, { limit, cursor });
    const { items, next_cursor } = page ?? { items: [], next_cursor: null };
    return c.json({
      items: items.map((item) => deliveryJson(shownDelivery(deps, item))),
      next_cursor,
    }, 200);
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
  app.openapi(recent, async (c) => {
    const { items } = await listDeliveries(deps.db, {}, { limit: RECENT });
    return c.json({
      items: items.map((item) => deliveryJson(shownDelivery(deps, item))),
      next_cursor: null,
    }, 200);
  });
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

function mountOne(app: App, deps: AppDeps): void {
  const { db } = deps;
  const one = createRoute({
    method: "get",
    path: "/api/webhooks/events/{delivery_id}",
    operationId: "getDelivery",
    tags,
    summary: "One delivery: what came in, what it did, what was answered",
    middleware: viewer,
    request: { params },
    responses: { 200: json("The delivery.", DeliveryTrace), ...problems(404) },
  });
  app.openapi(one, async (c) => {
    const { delivery_id } = c.req.valid("param");
    const delivery = await getDelivery(db, delivery_id);
    if (!delivery) throw unknown("delivery", delivery_id);
    const [raw, replies] = await Promise.all([
      rawDelivery(db, delivery_id),
      deliveryReplies(db, delivery),
    ]);
    const trace = traceJson(
      shownDelivery(deps, delivery),
      shownRequest(deps, raw),
      shownReplies(deps, replies),
    );
    return c.json(trace, 200);
  });
}

function mountOfWebhook(app: App, deps: AppDeps): void {
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
    const { items, next_cursor } = await listDeliveries(deps.db, at, { limit, cursor });
    return c.json({
      items: items.map((item) => deliveryJson(shownDelivery(deps, item))),
      next_cursor,
    }, 200);
  });
}

const Replayed = z.object({
  outcome: z.enum(["accepted", "ignored", "duplicate"]),
  delivery_id: z.uuid(),
  task_ids: z.array(z.uuid()),
  replay_of: z.uuid(),
}).openapi("Replayed");

const ReplayRequest = z.strictObject({ dry_run: z.boolean().optional() }).openapi("ReplayRequest");

function mountReplay(app: App, deps: AppDeps): void {
  const route = createRoute({
    method: "post",
    path: "/api/webhooks/events/{delivery_id}/replay",
    operationId: "replayDelivery",
    tags,
    summary: "Takes a delivery in once more, through today's commands",
    description: "With `dry_run` nothing is written: the answer says what today's commands would " +
      `do. ${needs("operator")}`,
    middleware: [operator, existingDelivery(deps)],
    request: { params, body: { content: { "application/json": { schema: ReplayRequest } } } },
    responses: {
      200: json("What it did, or would do.", z.union([Replayed, DryRun])),
      ...problems(403, 404, 409, ...BODY_PROBLEMS),
    },
  });
  app.openapi(route, async (c) => {
    const { delivery_id } = c.req.valid("param");
    const { dry_run } = c.req.valid("json");
    if (dry_run) return c.json(dryRunJson(await dryRun(deps, delivery_id)), 200);
    return c.json(await replay(deps, c.get("principal").name, delivery_id), 200);
  });
}

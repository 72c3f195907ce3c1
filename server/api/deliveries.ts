import { createRoute, z } from "@hono/zod-openapi";
import { type Delivery as DeliveryRow, getDelivery, listDeliveries } from "@/db/deliveries/list.ts";
import {
  asTime,
  idPaging,
  json,
  list,
  pathId,
  problems,
  time,
  viewer,
} from "@/server/api/common.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";

const tags = ["webhooks"];
const OUTCOMES = ["accepted", "ignored", "duplicate", "refused", "invalid"] as const;

const Delivery = z.object({
  delivery_id: z.uuid(),
  provider: z.string(),
  provider_delivery_id: z.string().nullable(),
  webhook_id: z.uuid().nullable(),
  event_type: z.string().nullable(),
  external_id: z.string().nullable(),
  flow_id: z.string().nullable(),
  actor: z.object({
    id: z.string().nullish(),
    name: z.string().nullish(),
    trust: z.enum(["trusted", "untrusted", "self", "bot"]).optional(),
  }),
  outcome: z.enum(OUTCOMES),
  reason: z.string().nullable(),
  commands: z.array(z.object({ name: z.string(), matched: z.boolean(), reason: z.string() })),
  task_ids: z.array(z.uuid()),
  duplicate_of: z.uuid().nullable(),
  body_bytes: z.int(),
  received_at: time(),
  answered_ms: z.number().nullable(),
}).openapi("Delivery");

const deliveryJson = (row: DeliveryRow): z.infer<typeof Delivery> => ({
  ...row,
  received_at: asTime(row.received_at),
});

const listing = createRoute({
  ...{ method: "get", path: "/api/webhooks/events", operationId: "listDeliveries", tags },
  summary: "What came in at the doors and what became of it, newest first",
  middleware: viewer,
  request: {
    query: idPaging.extend({
      provider: z.string().optional(),
      outcome: z.enum(OUTCOMES).optional(),
      flow_id: z.string().optional(),
    }),
  },
  responses: { 200: json("A page of deliveries.", list(Delivery)), ...problems(422) },
});

const one = createRoute({
  ...{ method: "get", path: "/api/webhooks/events/{delivery_id}", operationId: "getDelivery" },
  ...{ tags, summary: "One delivery", middleware: viewer },
  request: { params: z.object({ delivery_id: pathId() }) },
  responses: { 200: json("The delivery.", Delivery), ...problems(404) },
});

/** /api/webhooks/events… */
export function mountDeliveries(app: App, { db }: AppDeps): void {
  app.openapi(listing, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const page = await listDeliveries(db, filter, { limit, cursor });
    return c.json({ ...page, items: page.items.map(deliveryJson) }, 200);
  });
  app.openapi(one, async (c) => {
    const { delivery_id } = c.req.valid("param");
    const delivery = await getDelivery(db, delivery_id);
    if (!delivery) throw unknown("delivery", delivery_id);
    return c.json(deliveryJson(delivery), 200);
  });
}

import { createRoute, z } from "@hono/zod-openapi";
import { getDelivery, rawDelivery } from "@/db/deliveries/list.ts";
import { pathId } from "@/server/api/requests.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import { DeliveryTrace, traceJson } from "@/server/api/webhooks/trace_schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { deliveryReplies } from "@/server/verbs/deliveries/replies.ts";
import { shownDelivery, shownReplies, shownRequest } from "@/server/shown.ts";

const one = createRoute({
  method: "get",
  path: "/api/webhooks/events/{delivery_id}",
  operationId: "getDelivery",
  tags: ["webhooks"],
  summary: "One delivery: what came in, what it did, what was answered",
  middleware: viewer,
  request: { params: z.object({ delivery_id: pathId() }) },
  responses: { 200: json("The delivery.", DeliveryTrace), ...problems(404) },
});

export function mountDelivery(app: App, deps: AppDeps): void {
  const { db } = deps;
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

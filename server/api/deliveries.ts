import { mountDeliveriesOfWebhook, mountDeliveryLists } from "@/server/api/deliveries/lists.ts";
import { mountDelivery } from "@/server/api/deliveries/one.ts";
import { mountReplay } from "@/server/api/deliveries/replay.ts";
import type { App, AppDeps } from "@/server/env.ts";

/** /api/webhooks/events…, and the events of one webhook */
export function mountDeliveries(app: App, deps: AppDeps): void {
  mountDeliveryLists(app, deps);
  mountDelivery(app, deps);
  mountDeliveriesOfWebhook(app, deps);
  mountReplay(app, deps);
}

import { OUTCOMES } from "@/db/nouns/delivery.ts";
import { listDeliveries } from "@/db/deliveries/list.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { answerPage, answerPart, oneOf } from "@/server/pages/answer.ts";
import { providers } from "@/server/providers/mod.ts";
import { shownDelivery } from "@/server/shown.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import {
  DeliveriesBody,
  type DeliveriesData,
  DeliveriesPage,
  type DeliveryQuery,
} from "@/views/pages/deliveries.tsx";

const PER_PAGE = 50;
const NAMES = [...providers.keys()];

export const showDeliveries = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <DeliveriesPage {...await readList(c, deps)} />);

export const showDeliveryList = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPart(c, <DeliveriesBody {...await readList(c, deps)} />);

async function readList(c: AppContext, deps: AppDeps): Promise<DeliveriesData> {
  const { db, webhooks } = deps;
  const all = webhooks.all();
  const query: DeliveryQuery = {
    provider: oneOf(NAMES, c.req.query("provider")),
    outcome: oneOf(OUTCOMES, c.req.query("outcome")),
    webhook: c.req.query("webhook") || undefined,
    event_type: c.req.query("event_type") || undefined,
    flow: c.req.query("flow") || undefined,
  };
  const cursor = c.req.query("cursor");
  const page = await listDeliveries(db, filterOf(query, all), { limit: PER_PAGE, cursor });
  const deliveries = { ...page, items: page.items.map((one) => shownDelivery(deps, one)) };
  const types = all.flatMap(({ provider }) => [...provider.event_types]);
  return {
    principal: c.get("principal"),
    deliveries,
    providers: NAMES,
    query,
    cursor,
    webhooks: all.map(({ webhook_id, name }) => ({ webhook_id, name })),
    event_types: [...new Set(types)].sort(),
    now: new Date(),
  };
}

/** A built-in webhook is known by its provider: deliveries do not name it. */
function filterOf(
  { provider, outcome, webhook, event_type, flow }: DeliveryQuery,
  webhooks: Webhook[],
) {
  const builtin = webhooks.find((one) => one.is_builtin && one.webhook_id === webhook);
  return {
    outcome,
    event_type,
    flow_id: flow,
    provider: builtin && !provider ? builtin.provider.name : provider,
    webhook_id: builtin ? null : webhook,
  };
}

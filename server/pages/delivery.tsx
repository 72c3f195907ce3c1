import type { Database } from "@/db/client.ts";
import { type Delivery, getDelivery, rawDelivery } from "@/db/deliveries/list.ts";
import { getTask } from "@/db/tasks.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { answerPage, answerPart } from "@/server/pages/answer.ts";
import { wantsPart } from "@/server/pages/form.ts";
import { mayOf } from "@/server/pages/may.ts";
import { deliveryReplies } from "@/server/verbs/deliveries/replies.ts";
import { dryRun } from "@/server/verbs/deliveries/dry_run.ts";
import { replay } from "@/server/verbs/deliveries/replay.ts";
import { shownDelivery, shownReplies, shownRequest, shownTask } from "@/server/shown.ts";
import { type CameBy, type DeliveryData, DeliveryPage } from "@/views/pages/delivery.tsx";
import { DryRunResult } from "@/views/parts/dry_run.tsx";
import { Replies } from "@/views/parts/replies.tsx";

const idOf = (c: AppContext): string => c.req.param("delivery_id") ?? "";

async function deliveryOf(c: AppContext, db: Database): Promise<Delivery> {
  const id = idOf(c);
  const delivery = await getDelivery(db, id);
  if (!delivery) throw unknown("delivery", id);
  return delivery;
}

export const showDelivery = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <DeliveryPage {...await read(c, deps)} />);

async function read(c: AppContext, deps: AppDeps): Promise<DeliveryData> {
  const { db, webhooks } = deps;
  const delivery = await deliveryOf(c, db);
  const [raw, replies, tasks] = await Promise.all([
    rawDelivery(db, delivery.delivery_id),
    deliveryReplies(db, delivery),
    Promise.all(delivery.task_ids.map((task_id) => getTask(db, task_id))),
  ]);
  return {
    principal: c.get("principal"),
    may: mayOf(c),
    delivery: shownDelivery(deps, delivery),
    raw: shownRequest(deps, raw),
    replies: shownReplies(deps, replies),
    webhook: cameBy(delivery, webhooks),
    tasks: tasks.filter((task) => task !== null).map((task) => shownTask(deps, task)),
    now: new Date(),
  };
}

function cameBy({ provider, webhook_id }: Delivery, webhooks: AppDeps["webhooks"]): CameBy | null {
  const webhook = webhook_id ? webhooks.created(webhook_id) : webhooks.builtin(provider);
  return webhook && {
    webhook_id: webhook.webhook_id,
    name: webhook.name,
    trusted_setting: webhook.provider.trusted_setting,
  };
}

export const showDeliveryReplies = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const delivery = await deliveryOf(c, deps.db);
  const path = `/deliveries/${delivery.delivery_id}/replies`;
  const replies = shownReplies(deps, await deliveryReplies(deps.db, delivery));
  return answerPart(c, <Replies replies={replies} path={path} expected={false} />);
};

/** Really again, by today's commands; goes to the new delivery. */
export const replayDelivery = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const again = await replay(deps, c.get("principal"), { delivery_id: idOf(c) });
  return c.redirect(`/deliveries/${again.delivery_id}`, 303);
};

/** What today's commands would do: a part, or the page with it. */
export const showDryRun = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const run = await dryRun(deps, c.get("principal"), { delivery_id: idOf(c) });
  if (wantsPart(c)) return answerPart(c, <DryRunResult run={run} />);
  return answerPage(c, <DeliveryPage {...await read(c, deps)} dry_run={run} />);
};

import type { Database } from "@/db/client.ts";
import { getDelivery, listDeliveries, rawDelivery } from "@/db/deliveries/list.ts";
import type { Delivery } from "@/db/deliveries/list.ts";
import { listReplies, type Reply } from "@/db/replies.ts";
import { getTask } from "@/db/tasks.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { answerPage, answerPart, oneOf } from "@/server/pages/answer.ts";
import { providers } from "@/server/providers/mod.ts";
import {
  DeliveriesBody,
  type DeliveriesData,
  DeliveriesPage,
  OUTCOMES,
} from "@/views/pages/deliveries.tsx";
import { DeliveryPage } from "@/views/pages/delivery.tsx";
import { Replies } from "@/views/parts/replies.tsx";

const PER_PAGE = 50;
const NAMES = [...providers.keys()];

export const showDeliveries = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <DeliveriesPage {...await readList(c, deps)} />);

export const showDeliveryList = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPart(c, <DeliveriesBody {...await readList(c, deps)} />);

async function readList(c: AppContext, { db }: AppDeps): Promise<DeliveriesData> {
  const provider = oneOf(NAMES, c.req.query("provider"));
  const outcome = oneOf(OUTCOMES, c.req.query("outcome"));
  const cursor = c.req.query("cursor");
  const request = { limit: PER_PAGE, cursor };
  const deliveries = await listDeliveries(db, { provider, outcome }, request);
  const principal = c.get("principal");
  return { principal, deliveries, providers: NAMES, provider, outcome, cursor, now: new Date() };
}

async function deliveryOf(c: AppContext, db: Database): Promise<Delivery> {
  const id = c.req.param("delivery_id") ?? "";
  const delivery = await getDelivery(db, id);
  if (!delivery) throw unknown("delivery", id);
  return delivery;
}

export const showDelivery = ({ db }: AppDeps) => async (c: AppContext): Promise<Response> => {
  const delivery = await deliveryOf(c, db);
  const [raw, replies, tasks] = await Promise.all([
    rawDelivery(db, delivery.delivery_id),
    repliesTo(db, delivery),
    Promise.all(delivery.task_ids.map((task_id) => getTask(db, task_id))),
  ]);
  const known = tasks.filter((task) => task !== null);
  const principal = c.get("principal");
  const now = new Date();
  return answerPage(
    c,
    <DeliveryPage {...{ principal, delivery, raw, tasks: known, replies, now }} />,
  );
};

export const showDeliveryReplies =
  ({ db }: AppDeps) => async (c: AppContext): Promise<Response> => {
    const delivery = await deliveryOf(c, db);
    const path = `/deliveries/${delivery.delivery_id}/replies`;
    const replies = await repliesTo(db, delivery);
    return answerPart(c, <Replies replies={replies} path={path} expected={false} />);
  };

/** What was said to the delivery itself, and about the tasks that it made. */
async function repliesTo(db: Database, { delivery_id, task_ids }: Delivery): Promise<Reply[]> {
  const lists = await Promise.all([
    listReplies(db, { delivery_id }),
    ...task_ids.map((task_id) => listReplies(db, { task_id })),
  ]);
  const known = new Map(lists.flat().map((reply) => [reply.reply_id, reply]));
  return [...known.values()].sort((a, b) => a.reply_id < b.reply_id ? -1 : 1);
}

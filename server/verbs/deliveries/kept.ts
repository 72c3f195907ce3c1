import { type Delivery, getDelivery, rawDelivery, type RawRequest } from "@/db/deliveries/list.ts";
import { type OpenQuestion, openQuestion } from "@/db/questions.ts";
import type { AppDeps } from "@/server/env.ts";
import { conflict, unknown } from "@/server/errors.ts";
import type { Reading } from "@/server/providers/provider.ts";
import type { DecisionContext } from "@/server/webhooks/decide.ts";
import { tellsFlow } from "@/server/webhooks/deciding/news.ts";
import { settled, situationFor } from "@/server/webhooks/deciding/situation.ts";
import {
  matchDelivery,
  type MatchedDelivery,
  mayAnswerQuestion,
} from "@/server/webhooks/matching/match_delivery.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { originOf } from "@/server/webhooks/matching/origin.ts";

export interface KeptDelivery {
  delivery: Delivery;
  raw: RawRequest & { body: Uint8Array };
  webhook: Webhook;
}

/** Throws 404; 409 where its body was not kept or its webhook is gone. */
export async function keptDelivery(deps: AppDeps, id: string): Promise<KeptDelivery> {
  const delivery = await getDelivery(deps.db, id);
  if (!delivery) throw unknown("delivery", id);
  const raw = await rawDelivery(deps.db, id);
  const body = raw?.body;
  if (!raw || !body) {
    throw conflict(
      `What came in was not kept: this delivery is ${delivery.outcome}, and only those that are ` +
        "accepted or ignored keep their body.",
    );
  }
  const webhook = webhookOfDelivery(deps, delivery);
  if (!webhook) throw conflict("The webhook that this delivery came in at is gone.");
  return { delivery, raw: { ...raw, body }, webhook };
}

function webhookOfDelivery(
  { webhooks }: Pick<AppDeps, "webhooks">,
  { provider, webhook_id }: Pick<Delivery, "provider" | "webhook_id">,
): Webhook | null {
  return webhook_id === null ? webhooks.builtin(provider) : webhooks.created(webhook_id);
}

export const readAgain = ({ webhook, raw }: KeptDelivery): Reading =>
  webhook.provider.read(new Headers(raw.headers), raw.body);

/** Matches a kept delivery once more. It answers no question that was asked after it came in. */
export async function matchAgain(
  { db, config }: AppDeps,
  { webhook, raw, delivery }: KeptDelivery,
  reading: Exclude<Reading, { kind: "unreadable" }>,
): Promise<{ matched: MatchedDelivery; context: DecisionContext }> {
  const found = matchDelivery(webhook, reading, await originOf(db, webhook, reading.event));
  const situation = await situationFor(db, found);
  const matched = settled(found, situation);
  const question = matched.flow_id && mayAnswerQuestion(matched)
    ? await openQuestion(db, matched.flow_id)
    : null;
  const context = {
    headers: raw.headers,
    body: raw.body,
    received_at: new Date(),
    public_url: config.public_url,
    question: question && cameAfter(delivery, question) ? question : null,
    situation,
    tells: await tellsFlow(db, matched),
    replay_of: delivery.delivery_id,
  };
  return { matched, context };
}

/** Ids sort by time. */
const cameAfter = ({ delivery_id }: Delivery, { question_id }: OpenQuestion): boolean =>
  delivery_id > question_id;

import type { Reading } from "@/server/providers/provider.ts";
import { flowId } from "@/server/webhooks/deciding/flow_id.ts";
import { type Match, matchCommands } from "@/server/webhooks/matching/match.ts";
import type { Origin } from "@/server/webhooks/matching/origin.ts";
import { judge, type Judgement } from "@/server/webhooks/matching/trust.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

export type ReadableDelivery = Exclude<Reading, { kind: "unreadable" }>;

export interface MatchedDelivery {
  webhook: Webhook;
  reading: ReadableDelivery;
  judgement: Judgement;
  match: Match;
  /** null: it is about nothing that a later event could name */
  flow_id: string | null;
}

export function matchDelivery(
  webhook: Webhook,
  reading: ReadableDelivery,
  origin: Origin | null = null,
): MatchedDelivery {
  const { event, payload } = reading;
  const judgement = judge(event, webhook, origin);
  return {
    webhook,
    reading,
    judgement,
    match: matchCommands(event, payload, judgement, webhook),
    flow_id: flowId(webhook.provider.name, event, webhook.webhook_id),
  };
}

/** Words of somebody trusted that ask for no command may answer a question of ours. */
export function mayAnswerQuestion({ reading, judgement, match }: MatchedDelivery): boolean {
  if (reading.event.text === null || judgement.trust !== "trusted") return false;
  const { matched, asked } = match;
  return matched.length === 0 || asked?.via === "unknown_word" || asked?.via === "default";
}

import type { AcceptRecord } from "@/db/deliveries.ts";
import { storeTraces } from "@/db/deliveries/traces.ts";
import { redactHeaders } from "@/db/process/redact/headers.ts";
import { foundAt } from "@/server/webhooks/conditions/look_up.ts";
import type { DecisionContext } from "@/server/webhooks/decide.ts";
import { contentKey } from "@/server/webhooks/deciding/content_key.ts";
import type { Effects } from "@/server/webhooks/deciding/effects.ts";
import type { MatchedDelivery } from "@/server/webhooks/matching/match_delivery.ts";

type DeliveryRow = AcceptRecord["delivery"];

export function deliveryRow(
  delivery: MatchedDelivery,
  effects: Effects,
  delivery_id: string,
  context: DecisionContext,
): DeliveryRow {
  const { webhook, reading: { event }, judgement } = delivery;
  const { replay_of, body, received_at } = context;
  return {
    delivery_id,
    provider: webhook.provider.name,
    webhook_id: webhook.is_builtin ? null : webhook.webhook_id,
    provider_delivery_id: event.provider_delivery_id,
    dedupe_id: replay_of ? `replay:${delivery_id}` : event.dedupe_id,
    content_key: replay_of ? null : contentKeyOf(delivery, effects),
    replay_of,
    event_type: event.event_type,
    external_id: event.external_id,
    flow_id: delivery.flow_id,
    actor: { id: event.actor.id, name: event.actor.name, trust: judgement.trust },
    outcome: effects.accepted ? "accepted" : "ignored",
    reason: effects.reason,
    ...tracesOf(delivery, effects),
    notes: effects.result.notes,
    headers: redactHeaders(context.headers),
    body,
    received_at,
  };
}

/** What is ignored must not take the name from an event that brings the same and does something. */
function contentKeyOf({ webhook, reading, match }: MatchedDelivery, effects: Effects) {
  // what was refused in words is said once
  if (!effects.accepted && effects.result.replies.length === 0) return null;
  const by = match.asked || effects.answers ? "text" : "event";
  return contentKey(webhook.provider.name, reading.event, by, webhook.webhook_id);
}

function tracesOf({ webhook, match }: MatchedDelivery, { verdicts, other_traces }: Effects) {
  const stored = storeTraces(verdicts, (path) => foundAt(match.scope, path));
  const commands = [...other_traces, ...stored.commands];
  return { ...stored, commands, command_set: webhook.command_set };
}

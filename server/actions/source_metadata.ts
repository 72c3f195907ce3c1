import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { ActionInput } from "./action.ts";

export function sourceMetadata(
  { webhook, event, trust, delivery_id }: Pick<
    ActionInput,
    "webhook" | "event" | "trust" | "delivery_id"
  >,
  command: string,
) {
  const { actor, container, object, reply_target } = event;
  return {
    provider: webhook.provider.name,
    webhook_id: webhook.is_builtin ? null : webhook.webhook_id,
    delivery_id,
    provider_delivery_id: event.provider_delivery_id,
    event_type: event.event_type,
    command,
    instance: event.instance,
    repository: container?.name ?? null,
    repository_id: container?.id ?? null,
    number: reply_target?.number ?? numberOf(object),
    is_pull_request: reply_target?.is_pull_request ?? object?.kind === "merge_request",
    is_fork: event.is_fork,
    comment_id: reply_target?.comment_id ?? null,
    title: object?.title ?? null,
    url: event.text_url ?? object?.url ?? null,
    actor_id: actor.id,
    actor: actor.name,
    trust,
    reply_to: reply_target && { ...reply_target, webhook_id: webhook.webhook_id },
  };
}

/** GitLab numbers issues as `#7` and merge requests as `!7`. */
function numberOf(object: DeliveryEvent["object"]): number | null {
  const is_numbered = object?.kind === "issue" || object?.kind === "merge_request";
  const number = is_numbered ? /^[#!](\d{1,15})$/.exec(object.id)?.[1] : undefined;
  return number === undefined ? null : Number(number);
}

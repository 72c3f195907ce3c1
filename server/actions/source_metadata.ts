import type { ActionInput } from "./mod.ts";

/** Where the task came from and where its answer goes, field by field. */
export function sourceMetadata(
  { door, event, trust, delivery_id }: Pick<
    ActionInput,
    "door" | "event" | "trust" | "delivery_id"
  >,
  command: string,
) {
  const { actor, container, object, reply_target } = event;
  return {
    provider: door.provider.name,
    webhook_id: door.is_builtin ? null : door.webhook_id,
    delivery_id,
    provider_delivery_id: event.provider_delivery_id,
    event_type: event.event_type,
    command,
    instance: event.instance,
    repository: container?.name ?? null,
    repository_id: container?.id ?? null,
    number: reply_target?.number ?? null,
    is_pull_request: reply_target?.is_pull_request ?? false,
    is_fork: event.is_fork,
    comment_id: reply_target?.comment_id ?? null,
    title: object?.title ?? null,
    url: event.text_url ?? object?.url ?? null,
    actor_id: actor.id,
    actor: actor.name,
    trust,
    reply_to: reply_target && { ...reply_target, webhook_id: door.webhook_id },
  };
}

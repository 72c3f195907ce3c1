import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

/** What conditions, expressions and templates may look at. */
export interface Scope {
  payload: unknown;
  delivery: Record<string, unknown>;
  args: string;
}

export function scopeOf(
  event: DeliveryEvent,
  payload: unknown,
  args: string,
  { provider, own_name }: Pick<Webhook, "provider" | "own_name">,
): Scope {
  const { actor, object, context, container } = event;
  const place = container?.name ?? null;
  const delivery = {
    event_type: event.event_type,
    provider: provider.name,
    text: event.text,
    title: object?.title ?? context?.title ?? null,
    url: event.text_url ?? object?.url ?? null,
    external_id: event.external_id,
    actor: actor.name,
    actor_id: actor.id,
    // the same under both names: not every provider has repositories
    repository: place,
    container: place,
    instance: event.instance,
    args,
    own_name: own_name(),
  };
  return { payload, delivery, args };
}

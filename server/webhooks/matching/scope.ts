/** What conditions, expressions and templates may look at. Pure. */
import type { DeliveryEvent } from "@/server/providers/provider.ts";

export interface Scope {
  /** the parsed payload, as it came: never copied, never changed */
  payload: unknown;
  /** what we made of it, in our words */
  delivery: Record<string, unknown>;
  /** what stands behind the command in the text */
  args: string;
}

/** Takes a read delivery; returns what its commands may look at, nothing of it copied deeply. */
export function scopeOf(
  provider_name: string,
  event: DeliveryEvent,
  payload: unknown,
  args: string,
): Scope {
  const { actor, object, context, container } = event;
  const place = container?.name ?? null;
  const delivery = {
    event_type: event.event_type,
    provider: provider_name,
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
  };
  return { payload, delivery, args };
}

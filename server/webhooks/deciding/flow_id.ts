import { flowIdOf } from "@/db/flows.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";

type Place = Pick<DeliveryEvent, "instance" | "container" | "object">;

/** The flow of what an event is about, or null for an event that is about nothing. */
export function flowId(
  provider: string,
  { instance, container, object }: Place,
  webhook_id: string,
): string | null {
  if (!container || !object) return null;
  return flowIdOf(provider, instance ?? webhook_id, container.id, object.id);
}

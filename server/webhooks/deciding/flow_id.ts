import { flowIdOf } from "@/db/flows.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";

type Place = Pick<DeliveryEvent, "instance" | "container" | "object">;

/** Null: the event is about nothing that a later one could name. */
export function flowId(
  provider: string,
  { instance, container, object }: Place,
  webhook_id: string,
): string | null {
  if (!container || !object) return null;
  return flowIdOf(provider, instance ?? webhook_id, container.id, object.id);
}

import { createHash } from "node:crypto";
import type { DeliveryEvent } from "@/server/providers/provider.ts";

/**
 * Stable id of one outside thing, or null for an event that is about none. Made of the provider's
 * own ids, so that renames change nothing and no two repositories or sites meet. What names no
 * instance of the service is kept apart by its door.
 */
export function flowId(
  provider: string,
  { instance, container, object }: Pick<DeliveryEvent, "instance" | "container" | "object">,
  webhook_id: string,
): string | null {
  if (!container || !object) return null;
  // JSON keeps the parts apart, whatever they hold
  const parts = JSON.stringify([provider, instance ?? webhook_id, container.id, object.id]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 32);
}

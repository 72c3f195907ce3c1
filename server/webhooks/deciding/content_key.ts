import { createHash } from "node:crypto";
import type { DeliveryEvent } from "@/server/providers/provider.ts";

type Named = Pick<
  DeliveryEvent,
  "instance" | "container" | "object" | "text" | "text_key" | "event_key" | "event_type"
>;

/** The same for two hooks or events that bring one thing: a text at any webhook, else at its own. */
export function contentKey(
  provider: string,
  event: Named,
  by: "text" | "event",
  webhook_id: string,
): string | null {
  const { instance, container, object, text, text_key, event_type } = event;
  const what = by === "text"
    ? text_key && ["text", text_key, object?.id]
    : event.event_key && ["event", webhook_id, event_type, event.event_key];
  if (!what || !container) return null;
  const parts = JSON.stringify([provider, instance ?? webhook_id, container.id, ...what]);
  const hash = createHash("sha256").update(parts);
  // senders that people write themselves are careless with ids
  if (by === "text") hash.update(text ?? "");
  return hash.digest("hex").slice(0, 32);
}

import type { Outcome } from "@/db/nouns/delivery.ts";
import { count } from "@/views/format.ts";
import type { WebhookStats } from "@/views/webhooks.ts";

/** With a `+` where more came in than are counted. */
export function countOf(stats: WebhookStats, name: Outcome | "received"): string {
  const more = name === "received" ? stats.at_least.length > 0 : stats.at_least.includes(name);
  return count(stats[name]) + (more ? "+" : "");
}

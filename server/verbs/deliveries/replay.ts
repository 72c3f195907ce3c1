import { audit } from "@/db/audit.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import type { AppDeps } from "@/server/env.ts";
import { conflict } from "@/server/errors.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { keptDelivery, matchAgain, readAgain } from "@/server/verbs/deliveries/kept.ts";

export interface Replayed {
  outcome: "accepted" | "ignored" | "duplicate";
  delivery_id: string;
  task_ids: string[];
  replay_of: string;
}

/**
 * Takes a delivery in once more, through today's commands, as a new one that points to the old.
 * @throws HttpProblem 404, 409 when its body was not kept, or its webhook is gone or off
 */
export async function replay(deps: AppDeps, who: string, delivery_id: string): Promise<Replayed> {
  const kept = await keptDelivery(deps, delivery_id);
  const { webhook } = kept;
  if (!webhook.enabled) throw conflict(`The webhook ${webhook.name} is off: enable it first.`);
  const reading = readAgain(kept);
  if (reading.kind === "unreadable") throw conflict(`It cannot be read: ${reading.reason}.`);
  const { matched, context } = await matchAgain(deps, kept, reading);
  const { record } = decide(matched, context);
  const accepted = await acceptDelivery(deps.db, record);
  await audit(deps.db, {
    actor: who,
    action: "delivery.replay",
    subject: kept.delivery.delivery_id,
    detail: { new_delivery_id: accepted.delivery_id, outcome: accepted.outcome },
  });
  const { outcome, task_ids } = accepted;
  return {
    outcome,
    task_ids,
    delivery_id: accepted.delivery_id,
    replay_of: kept.delivery.delivery_id,
  };
}

import { acceptWithin, keepBody } from "@/db/deliveries.ts";
import { conflict } from "@/server/errors.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { verb } from "@/server/verbs/verb.ts";
import { keptDelivery, matchAgain, readAgain } from "@/server/verbs/deliveries/kept.ts";

export interface Replayed {
  outcome: "accepted" | "ignored" | "duplicate";
  delivery_id: string;
  task_ids: string[];
  replay_of: string;
}

/** Takes a delivery in again as a new one. Throws 404; 409: no body, webhook gone or off. */
export const replay = verb(
  "delivery.replay",
  "operator",
  async ({ deps, commit }, { delivery_id }: { delivery_id: string }): Promise<Replayed> => {
    const kept = await keptDelivery(deps, delivery_id);
    const { webhook } = kept;
    if (!webhook.enabled) throw conflict(`The webhook ${webhook.name} is off: enable it first.`);
    const reading = readAgain(kept);
    if (reading.kind === "unreadable") throw conflict(`It cannot be read: ${reading.reason}.`);
    const { matched, context } = await matchAgain(deps, kept, reading);
    const { record } = decide(matched, context);
    const replay_of = kept.delivery.delivery_id;
    const accepted = await commit(async (sql) => {
      const value = await acceptWithin(sql, record);
      const detail = { new_delivery_id: value.delivery_id, outcome: value.outcome };
      return { subject: replay_of, detail, value };
    });
    await keepBody(deps.db, record, accepted);
    return { ...accepted, replay_of };
  },
);

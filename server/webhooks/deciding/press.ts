/** A button below a plan was pressed: it is bound to that plan, wherever it stands. Pure. */
import { v7 } from "uuid";
import { runActions } from "@/server/actions/mod.ts";
import { personOf } from "@/server/actions/reply.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { Effects } from "@/server/webhooks/deciding/effects.ts";
import type { MatchedDelivery } from "@/server/webhooks/matching/match_delivery.ts";

type Press = NonNullable<DeliveryEvent["press"]>;

/** Who may say yes or no may press; the others are told that nothing was decided. */
export function pressEffects(delivery: MatchedDelivery, press: Press): Effects {
  const { reading: { event }, match } = delivery;
  const meant = match.matched.find(({ command }) => command.decides !== null)?.command;
  const effects = {
    result: runActions([]),
    verdicts: match.verdicts,
    other_traces: [],
    // a decision counts once: no limit has to be kept
    uses: [],
    answers: null,
  };
  if (!meant) {
    const reason = match.reason ?? `\`${event.text}\` is off here, or another command has its name`;
    return {
      ...effects,
      result: { ...effects.result, replies: refusal(delivery, reason) },
      accepted: false,
      reason,
    };
  }
  const data = {
    ...press,
    decision: meant.decides,
    note: null,
    via: `${delivery.webhook.provider.name} button`,
    person: personOf(delivery.webhook, event.actor),
    answer_to: placeOf(delivery),
  };
  const told = { news_id: v7(), command: meant.name, kind: "decision", data, flow_id: null };
  return {
    ...effects,
    result: {
      ...effects.result,
      news: [told],
      notes: [`${meant.name}: pressed below the plan of approval ${press.approval_id}`],
    },
    accepted: true,
    reason: null,
  };
}

const placeOf = ({ webhook, reading: { event } }: MatchedDelivery) =>
  event.reply_target && { ...event.reply_target, webhook_id: webhook.webhook_id };

function refusal(delivery: MatchedDelivery, reason: string) {
  const target = placeOf(delivery);
  const body = `Nothing was decided. ${reason}.`;
  if (!target) return [];
  return [{ reply_id: v7(), task_id: null, command: "", kind: "message" as const, target, body }];
}

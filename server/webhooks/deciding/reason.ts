/** Somebody rejected a plan by a button, was asked why, and says it. */
import { v7 } from "uuid";
import { reasonWanted } from "@/db/approvals/reason.ts";
import type { Database } from "@/db/client.ts";
import { runActions } from "@/server/actions/mod.ts";
import { personOf } from "@/server/actions/reply.ts";
import { visibleText } from "@/server/providers/hidden_text.ts";
import type { Effects } from "@/server/webhooks/deciding/effects.ts";
import {
  type MatchedDelivery,
  mayAnswerQuestion,
} from "@/server/webhooks/matching/match_delivery.ts";

const LONGEST_REASON = 4000;

/** The approval that the words give a reason for; only where there are buttons is one asked for. */
export async function reasonFor(db: Database, delivery: MatchedDelivery): Promise<string | null> {
  const { webhook: { provider }, reading: { event }, flow_id } = delivery;
  if (flow_id === null || event.press || !provider.abilities.includes("buttons")) return null;
  if (!mayExplain(delivery) || saidIn(delivery) === "") return null;
  return await reasonWanted(db, flow_id, personOf(delivery.webhook, event.actor).key);
}

/** Words that ask for nothing, or say no once more. */
function mayExplain(delivery: MatchedDelivery): boolean {
  if (mayAnswerQuestion(delivery)) return true;
  const { matched } = delivery.match;
  return matched.length === 1 && matched[0].command.decides === "rejected";
}

/** Without our name before it. */
function saidIn({ webhook: { provider }, reading: { event }, match }: MatchedDelivery): string {
  const said = match.asked ? match.scope.args : event.text ?? "";
  return visibleText(said, provider.shows.text).text.trim().slice(0, LONGEST_REASON).toWellFormed();
}

/** Pure. */
export function reasonEffects(delivery: MatchedDelivery, approval_id: string): Effects {
  const { webhook, reading: { event }, match } = delivery;
  const reason = "it says why the plan was rejected";
  const data = {
    approval_id,
    person: personOf(webhook, event.actor),
    text: saidIn(delivery),
  };
  const told = { news_id: v7(), command: null, kind: "reason", data, flow_id: null };
  return {
    result: { ...runActions([]), news: [told] },
    accepted: true,
    reason: null,
    verdicts: match.verdicts.map(({ command }) => ({ command, matched: false, reason })),
    other_traces: [{ name: "reason", matched: true, reason }],
    uses: [],
    answers: null,
  };
}

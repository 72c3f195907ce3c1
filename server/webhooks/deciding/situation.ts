import type { Database } from "@/db/client.ts";
import { type FlowSituation, situationOf } from "@/db/flows/situation.ts";
import { partsOf } from "@/db/nouns/step.ts";
import type { Command } from "@/server/webhooks/command.ts";
import { asWish, mayBeWish } from "@/server/webhooks/deciding/wish.ts";
import type { MatchedDelivery } from "@/server/webhooks/matching/match_delivery.ts";

/** How the flow stands, for what depends on it; null: nothing that was asked for does. */
export async function situationFor(
  db: Database,
  delivery: MatchedDelivery,
): Promise<FlowSituation | null> {
  const { flow_id, match, reading: { event } } = delivery;
  // a button names the plan itself
  if (flow_id === null || event.press) return null;
  const depends = match.matched.some(({ command }) => dependsOnFlow(command)) ||
    mayBeWish(delivery);
  return depends ? await situationOf(db, flow_id) : null;
}

const dependsOnFlow = (command: Command): boolean =>
  command.decides !== null || partsOf(command).length > 0;

/** Words to us at our pull request are work there, whatever they are; `LGTM` where no plan waits is
 * what people say to each other all the time. Pure. */
export function settled(
  delivery: MatchedDelivery,
  situation: FlowSituation | null,
): MatchedDelivery {
  const wish = asWish(delivery, situation);
  if (wish) return wish;
  const { match } = delivery;
  if (match.asked?.via !== "whole_text" || situation?.approval) return delivery;
  const { asked: { name } } = match;
  const reason = "no approval is waiting for this";
  const verdicts = match.verdicts.map((verdict) =>
    verdict.command.name === name && verdict.matched
      ? { command: verdict.command, matched: false, reason }
      : verdict
  );
  const matched = match.matched.filter(({ command }) => command.name !== name);
  const said = matched.length > 0 ? null : match.reason ?? `${name}: ${reason}`;
  return { ...delivery, match: { ...match, verdicts, matched, reason: said } };
}

import type { FlowSituation } from "@/db/flows/situation.ts";
import { partsOf } from "@/db/nouns/step.ts";
import type { Command } from "@/server/webhooks/command.ts";
import { isAboutPullRequest } from "@/server/webhooks/deciding/about_pull_request.ts";
import type { MatchedDelivery } from "@/server/webhooks/matching/match_delivery.ts";

const REASON = "said to the agent at its pull request";

/** Whether it may be a wish about a pull request of ours: nobody writes reviews in commands. Pure. */
export const mayBeWish = ({ match, judgement, reading }: MatchedDelivery): boolean =>
  match.asked?.via === "unknown_word" && judgement.trust === "trusted" &&
  isAboutPullRequest(reading.event);

/** The same words as if they stood behind the command of the open work; null: they are none. Pure. */
export function asWish(
  delivery: MatchedDelivery,
  situation: FlowSituation | null,
): MatchedDelivery | null {
  const { match, webhook } = delivery;
  const workflow = situation?.workflow;
  if (workflow?.waits_for !== "pull_request" || !mayBeWish(delivery)) return null;
  const instead = match.asked!.name;
  const command = changing(webhook.commands, workflow.command);
  const read = match.matched.find((one) => one.command.name === instead);
  if (!command || !read) return null;
  const matched = match.matched.map((one) => one === read ? { command, args: one.args } : one);
  const verdicts = match.verdicts.map((verdict) => {
    if (verdict.command === command) return { command, matched: true, reason: REASON };
    return verdict.command === read.command
      ? { command: read.command, matched: false, reason: REASON }
      : verdict;
  });
  return { ...delivery, match: { ...match, matched, verdicts } };
}

/** The command that began the work, or where it began elsewhere, one that makes changes. */
function changing(commands: Command[], name: string): Command | undefined {
  const able = commands.filter((one) => one.enabled && partsOf(one).includes("executor"));
  return able.find((one) => one.name === name) ?? able[0];
}

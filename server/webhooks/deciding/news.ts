/** What an event tells of work that is open, beside what commands do with it. */
import { v7 } from "uuid";
import type { Database } from "@/db/client.ts";
import type { NewsRecord } from "@/db/deliveries.ts";
import { openWorkOf } from "@/db/flows/open_work.ts";
import type { CommandTrace } from "@/db/nouns/delivery.ts";
import type { FlowNews } from "@/server/providers/provider.ts";
import type { MatchedDelivery } from "@/server/webhooks/matching/match_delivery.ts";

/** The flow that the event has news for; what we did ourselves is none. Few events ask. */
export async function tellsFlow(
  db: Database,
  { webhook, reading: { event }, judgement, flow_id }: MatchedDelivery,
): Promise<string | null> {
  if (!event.news || judgement.trust === "self") return null;
  const { number, commit } = event.news;
  const repository = event.container?.name ?? null;
  return await openWorkOf(db, {
    provider: webhook.provider.name,
    flow_id,
    repository,
    number,
    commit,
  });
}

/** The row that the job `follow_flow` sees to. */
export function newsRecord(
  { reading: { event }, judgement }: MatchedDelivery,
  { kind, number, commit, branch, data }: FlowNews,
  flow_id: string,
): NewsRecord {
  const { id, name } = event.actor;
  const by = { id, name, trust: judgement.trust };
  const told = Object.assign({}, data, { number, commit, branch, by });
  return { news_id: v7(), command: null, kind, data: told, flow_id };
}

const IN_WORDS: Record<FlowNews["kind"], string> = {
  merged: "its pull request was merged",
  closed: "its pull request was closed",
  reopened: "its pull request was opened again",
  pushed: "somebody pushed to its branch",
  text_edited: "a text that it is about was edited",
  checks: "checks of a commit have ended",
};

/** How a delivery says it that does nothing else. */
export const newsTrace = ({ kind }: FlowNews, flow_id: string): CommandTrace => ({
  name: "news",
  matched: true,
  reason: `tells the flow ${flow_id}: ${IN_WORDS[kind]}`,
});

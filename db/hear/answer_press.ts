/** What somebody is told who pressed a button below a plan. */
import type { Decided, DecisionOutcome } from "@/db/approvals/decide.ts";
import { askReason } from "@/db/approvals/reason.ts";
import { whyNoDecision } from "@/db/approvals/words.ts";
import type { Sql } from "@/db/client.ts";
import type { Card } from "@/db/nouns/card.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import type { PersonKey } from "@/db/nouns/workflow.ts";
import { sayAnew } from "@/db/replies/say_anew.ts";

interface Pressed {
  provider: string;
  target: Record<string, unknown>;
  news: Extract<FlowNews, { kind: "decision" }>;
}

/** A yes shows in the message itself; a no is asked for its reason, and all else is said why. */
export async function answerPress(
  tx: Sql,
  { provider, target, news }: Pressed,
  decided: Decided,
): Promise<void> {
  const { outcome, approval } = decided;
  const workflow_id = approval?.workflow_id ?? null;
  if (outcome === "decided") {
    if (approval === null || news.decision !== "rejected" || news.note !== null) return;
    await askReason(tx, approval.approval_id, news.person.key);
    const card = question(news.person.key.slice(provider.length + 1));
    await sayAnew(tx, workflow_id, {
      kind: "comment",
      provider,
      target,
      body: card.lines.join("\n"),
      card,
    });
    return;
  }
  const body = words(outcome, decided, news.person);
  await sayAnew(tx, workflow_id, { kind: "message", provider, target, body });
}

function words(
  outcome: Exclude<DecisionOutcome, "decided">,
  { approval, other }: Decided,
  person: PersonKey,
): string {
  if (approval === null) return "Nothing was decided: that plan is not known here.";
  if (outcome === "counted") {
    return `Your yes counts; ${approval.needed} people have to say it before anything is changed.`;
  }
  return `Nothing was decided. ${whyNoDecision(outcome, approval, { person, other })}`;
}

const question = (person_id: string): Card => ({
  title: "",
  to: person_id,
  lines: ["The plan is rejected. Why? Your next words in this thread are kept as the reason."],
  decided: null,
  answer: null,
  sections: [],
  facts: [],
  links: [],
  page: null,
});

import { decideApproval, type Decided } from "@/db/approvals/decide.ts";
import { outcomeText, type Refused } from "@/db/approvals/outcome_text.ts";
import type { Sql } from "@/db/client.ts";
import type { Decision } from "@/db/nouns/approval.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import type { PersonKey } from "@/db/nouns/workflow.ts";
import { storable } from "@/db/storable.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { tell } from "@/db/workflows/tell.ts";

const SAID: Record<Decision, string> = {
  approved: "The plan was approved.",
  rejected: "The plan was rejected.",
  sent_back: "The plan was sent back: a new one is written.",
};

/** A yes or a no from outside, to the one gate. */
export async function hearDecision(
  tx: Sql,
  news: Extract<FlowNews, { kind: "decision" }>,
): Promise<string> {
  const decided = await decideApproval(tx, news);
  const { outcome } = decided;
  if (outcome === "decided") return SAID[news.decision];
  if (outcome === "counted") return "It counts; others have to approve the plan as well.";
  const words = outcomeText(outcome, { ...decided, person: news.person });
  await sayRefused(tx, decided, outcome, news.person, words);
  return `It was no decision. ${words}`;
}

const OF_PEOPLE: Refused[] = ["own", "untold", "already_said", "note_unseen"];

/** Nobody waits for an answer: the message with the plan says why a yes did not count. */
async function sayRefused(
  tx: Sql,
  { approval }: Decided,
  outcome: Refused,
  { name }: PersonKey,
  words: string,
): Promise<void> {
  if (!approval || !OF_PEOPLE.includes(outcome)) return;
  const refused = `The yes of ${name} did not count. ${words}`;
  await tx`
    update approvals set refused = ${storable(refused)}
    where approval_id = ${approval.approval_id} and status = 'pending'`;
  const workflow = await getWorkflow({ sql: tx }, approval.workflow_id);
  if (workflow) await tell(tx, workflow);
}

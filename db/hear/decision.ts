import type { Approval } from "@/db/approvals.ts";
import { decideApproval } from "@/db/approvals/decide.ts";
import { type NoDecision, whyNoDecision } from "@/db/approvals/words.ts";
import type { Sql } from "@/db/client.ts";
import type { Decision } from "@/db/nouns/approval.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import { answerPress } from "@/db/hear/answer_press.ts";
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
  provider: string,
  news: Extract<FlowNews, { kind: "decision" }>,
): Promise<string> {
  const decided = await decideApproval(tx, news);
  const { outcome, approval, other } = decided;
  if (news.answer_to) {
    await answerPress(tx, { provider, target: news.answer_to, news }, decided);
  }
  if (outcome === "decided") return SAID[news.decision];
  if (outcome === "counted") return "It counts; others have to approve the plan as well.";
  if (!approval) return "It was no decision: there is no such plan.";
  const words = whyNoDecision(outcome, approval, { person: news.person, other });
  if (!news.answer_to && OF_PEOPLE.includes(outcome)) {
    await sayRefused(tx, approval, `To ${news.person.name}: ${words}`);
  }
  return `It was no decision. ${words}`;
}

const OF_PEOPLE: NoDecision[] = ["own", "untold", "already_said", "note_unseen"];

/** Nobody waits for an answer: the message with the plan says why a yes did not count. */
async function sayRefused(
  tx: Sql,
  { approval_id, workflow_id }: Approval,
  refused: string,
): Promise<void> {
  await tx`
    update approvals set refused = ${storable(refused)}
    where approval_id = ${approval_id} and status = 'pending'`;
  const workflow = await getWorkflow({ sql: tx }, workflow_id);
  if (workflow) await tell(tx, workflow);
}

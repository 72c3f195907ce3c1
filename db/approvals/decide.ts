import { advance } from "@/db/workflows/advance.ts";
import { type Approval, getApproval } from "@/db/approvals.ts";
import { askersOf, compare } from "@/db/approvals/people.ts";
import { keepVote, type VoteRow, votesFor } from "@/db/approvals/votes.ts";
import type { Sql } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { isId } from "@/db/ids.ts";
import type { Decision } from "@/db/nouns/approval.ts";
import type { PersonKey, Workflow } from "@/db/nouns/workflow.ts";
import { storable } from "@/db/storable.ts";
import { lockWorkflow } from "@/db/workflows.ts";
import { plainText } from "@/db/workflows/plain_text.ts";

export interface DecisionWish {
  approval_id: string;
  decision: Decision;
  /** Handed to the executor, or to who plans anew; a reason where it is rejected. */
  note: string | null;
  /** `key` tells people apart, as `github:123` or `dashboard:NAME` do. */
  person: PersonKey;
  /** Through what it was said: `dashboard`, `api`, `github`, `slack`. */
  via: string;
  /** What the person saw; null: where only one plan can be meant. */
  plan_hash: string | null;
}

export type DecisionOutcome =
  | "decided"
  /** A yes that is kept; others have to say it too. */
  | "counted"
  | "already_said"
  | "unknown"
  | "not_pending"
  | "changed"
  | "own"
  /** Nobody can say whether this is another person than one who counts already, or who asked. */
  | "untold"
  /** It would tell the executor what those who said yes before have not seen. */
  | "note_unseen"
  | "expired";

export interface Decided {
  outcome: DecisionOutcome;
  approval: Approval | null;
  /** Who the person is, or may be. */
  other: PersonKey | null;
}

/** The one gate: whoever says yes or no, by whatever way, says it here. */
export async function decideApproval(tx: Sql, wish: DecisionWish): Promise<Decided> {
  const found = isId(wish.approval_id) ? await lockedApproval(tx, wish.approval_id) : null;
  if (!found) return { outcome: "unknown", approval: null, other: null };
  const { approval, workflow } = found;
  const votes = await votesFor(tx, approval.approval_id);
  const said = { ...wish, note: wish.note && (plainText(wish.note) || null) };
  const refused = refusal(approval, workflow, votes, said);
  const outcome = refused?.outcome ?? await carryOut(tx, approval, votes, said);
  const now = await getApproval({ sql: tx }, approval.approval_id);
  return { outcome, approval: now, other: refused?.other ?? null };
}

async function lockedApproval(tx: Sql, approval_id: string) {
  const before = await getApproval({ sql: tx }, approval_id);
  const workflow = before && await lockWorkflow(tx, before.workflow_id);
  // Again, since somebody else may have decided before the lock was ours.
  const approval = workflow && await getApproval({ sql: tx }, approval_id);
  return approval ? { approval, workflow } : null;
}

interface Refusal {
  outcome: DecisionOutcome;
  other: PersonKey | null;
}
const because = (outcome: DecisionOutcome, other: PersonKey | null = null): Refusal => ({
  outcome,
  other,
});

/** Why this is no decision, or null. Pure but for the clock. */
export function refusal(
  approval: Approval,
  workflow: Pick<Workflow, "asked" | "asked_by" | "askers" | "rules" | "waits_for">,
  votes: VoteRow[],
  { person, plan_hash, decision, note }: DecisionWish,
): Refusal | null {
  if (approval.status !== "pending" || workflow.waits_for !== "approval") {
    return because("not_pending");
  }
  if (approval.expires_at.getTime() <= Date.now()) return because("expired");
  if (plan_hash !== null && plan_hash !== approval.plan_hash) return because("changed");
  if (decision !== "approved") return null;
  // Who names no hash may not have read what the first one added.
  if (plan_hash === null && votes.some((vote) => vote.note !== null)) return because("changed");
  const { approve_own, people } = workflow.rules;
  const asker = approve_own ? null : notOther(person, askersOf(workflow), people);
  if (asker) return because(asker.is_same ? "own" : "untold", asker.known);
  const voter = notOther(person, votes, people);
  if (voter) return because(voter.is_same ? "already_said" : "untold", voter.known);
  return note !== null && votes.length > 0 ? because("note_unseen") : null;
}

/** One of the known whom the person is the same as or, else, may be. */
function notOther(person: PersonKey, known: PersonKey[], people: string[][]) {
  const compared = known.map((one) => ({ known: one, how: compare(person, one, people) }));
  const found = compared.find(({ how }) => how === "same") ??
    compared.find(({ how }) => how === "unknown");
  return found && { known: found.known, is_same: found.how === "same" };
}

async function carryOut(
  tx: Sql,
  approval: Approval,
  votes: VoteRow[],
  wish: DecisionWish,
): Promise<DecisionOutcome> {
  if (wish.decision !== "approved") return await decide(tx, approval, wish, wish.note);
  await keepVote(tx, approval, wish);
  if (votes.length + 1 < approval.needed) return "counted";
  return await decide(tx, approval, wish, votes[0]?.note ?? wish.note);
}

async function decide(
  tx: Sql,
  { approval_id, workflow_id, flow_id, task_id }: Approval,
  { decision, person, via }: DecisionWish,
  note: string | null,
): Promise<DecisionOutcome> {
  const done = await tx`
    update approvals set status = ${decision}, decided_at = now(), refused = null,
      decided_by = ${storable(person.name)}, decided_via = ${via},
      note = ${note && storable(note)}
    where approval_id = ${approval_id} and status = 'pending'`;
  if (done.count !== 1) return "not_pending";
  await addEvent(tx, "approval.decided", task_id, {
    approval_id,
    flow_id,
    status: decision,
    decided_by: person.name,
  });
  await advance(tx, workflow_id, { kind: "decided", decision, note, by: person });
  return "decided";
}

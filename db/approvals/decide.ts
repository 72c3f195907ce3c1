import { advance } from "@/db/workflows/advance.ts";
import { type Approval, getApproval } from "@/db/approvals.ts";
import type { Sql } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { isId } from "@/db/ids.ts";
import type { Decision } from "@/db/nouns/approval.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { storable } from "@/db/storable.ts";
import { lockWorkflow } from "@/db/workflows.ts";
import { tell } from "@/db/workflows/tell.ts";

export interface DecisionWish {
  approval_id: string;
  decision: Decision;
  /** Handed to the executor, or to who plans anew; a reason where it is rejected. */
  note: string | null;
  /** `key` tells people apart, as `github:123` or `dashboard:NAME` do. */
  person: { key: string; name: string };
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
  | "expired";

/** The one gate: whoever says yes or no, by whatever way, says it here. */
export async function decideApproval(
  tx: Sql,
  wish: DecisionWish,
): Promise<{ outcome: DecisionOutcome; approval: Approval | null }> {
  const found = isId(wish.approval_id) ? await lockedApproval(tx, wish.approval_id) : null;
  if (!found) return { outcome: "unknown", approval: null };
  const { approval, workflow } = found;
  const outcome = refusal(approval, workflow, wish) ?? await carryOut(tx, found, wish);
  return { outcome, approval: await getApproval({ sql: tx }, approval.approval_id) };
}

async function lockedApproval(tx: Sql, approval_id: string) {
  const before = await getApproval({ sql: tx }, approval_id);
  const workflow = before && await lockWorkflow(tx, before.workflow_id);
  // Again, since somebody else may have decided before the lock was ours.
  const approval = workflow && await getApproval({ sql: tx }, approval_id);
  return approval ? { approval, workflow } : null;
}

/** Why this is no decision, or null. Pure but for the clock. */
export function refusal(
  approval: Approval,
  { asked_by, rules }: Pick<Workflow, "asked_by" | "rules">,
  { person, plan_hash, decision }: Pick<DecisionWish, "person" | "plan_hash" | "decision">,
): DecisionOutcome | null {
  if (approval.status !== "pending") return "not_pending";
  if (approval.expires_at.getTime() <= Date.now()) return "expired";
  if (plan_hash !== null && plan_hash !== approval.plan_hash) return "changed";
  if (decision === "approved" && !rules.approve_own && person.key === asked_by) return "own";
  return null;
}

async function carryOut(
  tx: Sql,
  { approval, workflow }: { approval: Approval; workflow: Workflow },
  wish: DecisionWish,
): Promise<DecisionOutcome> {
  const { approval_id, workflow_id, flow_id, task_id, needed } = approval;
  const { decision, person, via, note } = wish;
  if (decision === "approved") {
    const votes = await vote(tx, wish);
    if (votes === null) return "already_said";
    if (votes < needed) {
      await tell(tx, workflow);
      return "counted";
    }
  }
  const done = await tx`
    update approvals set status = ${decision}, decided_at = now(),
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
  await advance(tx, workflow_id, { kind: "decided", decision, note, by: person.name });
  return "decided";
}

/** How many have said yes; null: this person had already. */
async function vote(
  tx: Sql,
  { approval_id, person, via }: DecisionWish,
): Promise<number | null> {
  const added = await tx`
    insert into approval_votes (approval_id, person, name, via)
    values (${approval_id}, ${storable(person.key)}, ${storable(person.name)}, ${via})
    on conflict do nothing`;
  if (added.count === 0) return null;
  const [{ votes }] = await tx<{ votes: number }[]>`
    select count(*)::int as votes from approval_votes where approval_id = ${approval_id}`;
  return votes;
}

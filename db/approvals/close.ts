import { advance } from "@/db/workflows/advance.ts";
import type { Approval } from "@/db/approvals.ts";
import { type Below, HERE, sayBelowNotice } from "@/db/approvals/below_notice.ts";
import type { Database, Sql } from "@/db/client.ts";
import { storable } from "@/db/storable.ts";
import { lockWorkflow } from "@/db/workflows.ts";

/** What was shown is no longer what would be done. False: nothing waited for an answer. */
export async function voidApproval(
  tx: Sql,
  { approval_id, workflow_id }: Pick<Approval, "approval_id" | "workflow_id">,
  why: string,
): Promise<boolean> {
  await lockWorkflow(tx, workflow_id);
  const done = await tx`
    update approvals set status = 'void', decided_at = now(), void_reason = ${storable(why)}
    where approval_id = ${approval_id} and status = 'pending'`;
  if (done.count === 0) return false;
  await advance(tx, workflow_id, { kind: "voided", why });
  return true;
}

/** Workers call this all the time; two at once do not disturb each other. */
export async function expireApprovals(
  { sql }: Database,
  below: Below = HERE,
): Promise<string[]> {
  const due = await sql<Pick<Approval, "approval_id" | "workflow_id">[]>`
    select approval_id, workflow_id from approvals
    where status = 'pending' and expires_at <= now() order by expires_at limit 100`;
  for (const approval of due) await sql.begin((tx) => expire(tx, approval, below));
  return due.map(({ approval_id }) => approval_id);
}

async function expire(
  tx: Sql,
  { approval_id, workflow_id }: Pick<Approval, "approval_id" | "workflow_id">,
  below: Below,
): Promise<void> {
  const workflow = await lockWorkflow(tx, workflow_id);
  const done = await tx`
    update approvals set status = 'expired', decided_at = now()
    where approval_id = ${approval_id} and status = 'pending'`;
  if (done.count !== 1 || !workflow) return;
  await advance(tx, workflow_id, { kind: "expired" });
  // An edit wakes nobody; where it was asked for, the result is a comment of its own.
  await sayBelowNotice(tx, workflow, EXPIRED, below);
}

const EXPIRED = "**The plan has expired**: nobody approved it in time, and nothing was changed. " +
  "To have it planned anew, ask for it again.";

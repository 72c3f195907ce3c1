import { getLogger } from "@logtape/logtape";
import type { Approval } from "@/db/approvals.ts";
import { type Below, HERE, sayBelowNotice } from "@/db/approvals/below_notice.ts";
import { type Database, isConnectionError, type Sql } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { holdWorkflow } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import { advanceOrFail } from "@/db/workflows/advance_or_fail.ts";

const log = getLogger(["agent", "approvals"]);

/** What was shown is no longer what would be done. False: nothing waited for an answer. */
export async function voidApproval(
  tx: Sql,
  { approval_id, workflow_id }: Pick<Approval, "approval_id" | "workflow_id">,
  why: string,
): Promise<boolean> {
  await holdWorkflow(tx, workflow_id);
  const pending = await tx`
    select from approvals where approval_id = ${approval_id} and status = 'pending'`;
  if (pending.count === 0) return false;
  await advance(tx, workflow_id, { kind: "voided", why });
  return true;
}

/** Workers call this all the time; two at once do not disturb each other. */
export async function expireApprovals(db: Database, below: Below = HERE): Promise<string[]> {
  const due = await db.sql<Due[]>`
    select approval_id, workflow_id from approvals
    where status = 'pending' and expires_at <= now() order by expires_at limit 100`;
  const expired: string[] = [];
  for (const approval of due) {
    try {
      await db.sql.begin((tx) => expire(tx, approval, below));
      expired.push(approval.approval_id);
    } catch (error) {
      if (isConnectionError(error)) throw error;
      log.error("approval {approval_id} cannot expire: {error}", {
        approval_id: approval.approval_id,
        error,
      });
    }
  }
  return expired;
}

type Due = Pick<Approval, "approval_id" | "workflow_id">;

async function expire(tx: Sql, { approval_id, workflow_id }: Due, below: Below): Promise<void> {
  await holdWorkflow(tx, workflow_id);
  const [done] = await tx<Pick<Approval, "task_id" | "flow_id">[]>`
    update approvals set status = 'expired', decided_at = now()
    where approval_id = ${approval_id} and status = 'pending' returning task_id, flow_id`;
  if (!done) return;
  const told = { approval_id, flow_id: done.flow_id, status: "expired", decided_by: null };
  await addEvent(tx, "approval.decided", done.task_id, told);
  const advanced = await advanceOrFail(tx, workflow_id, { kind: "expired" });
  // An edit wakes nobody; where it was asked for, the result is a comment of its own.
  if (advanced) await sayBelowNotice(tx, advanced.workflow, EXPIRED, below);
}

const EXPIRED = "**The plan has expired**: nobody approved it in time, and nothing was changed. " +
  "To have it planned anew, ask for it again.";

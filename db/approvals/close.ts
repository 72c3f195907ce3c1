import { getLogger } from "@logtape/logtape";
import type { Approval } from "@/db/approvals.ts";
import { type Database, isConnectionError, type Sql } from "@/db/client.ts";
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
export async function expireApprovals(db: Database): Promise<string[]> {
  const due = await db.sql<Due[]>`
    select approval_id, workflow_id from approvals
    where status = 'pending' and expires_at <= now() order by expires_at limit 100`;
  const expired: string[] = [];
  for (const approval of due) {
    try {
      await expire(db, approval);
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

async function expire({ sql }: Database, { approval_id, workflow_id }: Due): Promise<void> {
  await sql.begin(async (tx) => {
    await holdWorkflow(tx, workflow_id);
    const done = await tx`
      update approvals set status = 'expired', decided_at = now()
      where approval_id = ${approval_id} and status = 'pending'`;
    if (done.count === 1) await advanceOrFail(tx, workflow_id, { kind: "expired" });
  });
}

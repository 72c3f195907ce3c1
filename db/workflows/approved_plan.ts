import type { Sql } from "@/db/client.ts";
import type { Plan } from "@/db/nouns/plan.ts";

export interface ApprovedPlan {
  approval_id: string;
  plan: Plan;
  note: string | null;
  decided_by: string;
}

/** The newest that somebody said yes to, and that is still what they said yes to. */
export async function approvedPlan(tx: Sql, workflow_id: string): Promise<ApprovedPlan | null> {
  const [row] = await tx<ApprovedPlan[]>`
    select approval_id, plan, note, decided_by from approvals
    where workflow_id = ${workflow_id} and status = 'approved' order by approval_id desc limit 1`;
  return row ?? null;
}

/** A plan that was rejected by a button: the no holds at once, and why is asked for afterwards. */
import { getApproval } from "@/db/approvals.ts";
import type { Database, Sql } from "@/db/client.ts";
import { storable } from "@/db/storable.ts";
import { lockWorkflow, readWorkflow } from "@/db/workflows.ts";
import { rejectedText } from "@/db/workflows/next_step.ts";
import { tell } from "@/db/workflows/tell.ts";

const ASKED_HOURS = 24;

export async function askReason(tx: Sql, approval_id: string, person: string): Promise<void> {
  await tx`
    update approvals set reason_from = ${storable(person)}, reason_asked_at = now()
    where approval_id = ${approval_id} and status = 'rejected' and note is null`;
}

/** The rejected plan of this flow whose reason this person is asked for. */
export async function reasonWanted(
  { sql }: Database,
  flow_id: string,
  person: string,
): Promise<string | null> {
  const [row] = await sql<{ approval_id: string }[]>`
    select a.approval_id from approvals a
    where a.flow_id = coalesce(
        (select behind.flow_id from flow_aliases behind where behind.alias_flow_id = ${flow_id}),
        ${flow_id})
      and a.status = 'rejected' and a.reason_from = ${person}
      and a.reason_asked_at > now() - ${ASKED_HOURS} * interval '1 hour'
      and not exists (
        select from workflows w where w.flow_id = a.flow_id and w.ended_at is null
          and not (w.workflow_id = a.workflow_id
            and w.waits_for is not distinct from 'pull_request'))
    order by a.approval_id desc limit 1`;
  return row?.approval_id ?? null;
}

/** Once: false where nobody waits for it any more. */
export async function giveReason(
  tx: Sql,
  { approval_id, person, text }: {
    approval_id: string;
    person: { key: string; name: string };
    text: string;
  },
): Promise<boolean> {
  const approval = await getApproval({ sql: tx }, approval_id);
  if (!approval) return false;
  const { workflow_id } = approval;
  await lockWorkflow(tx, workflow_id);
  const said = storable(text);
  const done = await tx`
    update approvals set note = ${said}, reason_from = null
    where approval_id = ${approval_id} and reason_from = ${person.key} and note is null`;
  if (done.count !== 1) return false;
  const by = approval.decided_by ?? person.name;
  const [row] = await tx`
    update workflows set updated_at = now(),
      end_text = case when end_text = ${rejectedText(by, null)} then ${rejectedText(by, said)}
        else end_text end
    where workflow_id = ${workflow_id} returning *`;
  await tell(tx, readWorkflow(row));
  return true;
}

import type { Approval } from "@/db/nouns/approval.ts";
import type { PersonKey } from "@/db/nouns/workflow.ts";
import type { Sql } from "@/db/client.ts";
import { storable } from "@/db/storable.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { planHash } from "@/db/workflows/plan_hash.ts";
import { tell } from "@/db/workflows/tell.ts";

export interface VoteRow extends PersonKey {
  note: string | null;
}

/** Each yes so far, the first one first. */
export async function votesFor(tx: Sql, approval_id: string): Promise<VoteRow[]> {
  return await tx<VoteRow[]>`
    select person as key, name, note from approval_votes where approval_id = ${approval_id}
    order by at, person`;
}

/** A yes. Its note, which the first one alone may have, is part of what the next ones approve. */
export async function keepVote(
  tx: Sql,
  { approval_id, workflow_id, plan, needed }: Approval,
  { person, via, note }: { person: PersonKey; via: string; note: string | null },
): Promise<void> {
  await tx`
    insert into approval_votes (approval_id, person, name, via, note, at)
    values (${approval_id}, ${storable(person.key)}, ${storable(person.name)}, ${via},
      ${note && storable(note)}, clock_timestamp())`;
  if (needed === 1) return;
  if (note !== null) {
    await tx`
      update approvals set plan_hash = ${planHash(plan, note)} where approval_id = ${approval_id}`;
  }
  await tx`update approvals set refused = null where approval_id = ${approval_id}`;
  const workflow = await getWorkflow({ sql: tx }, workflow_id);
  if (workflow) await tell(tx, workflow);
}

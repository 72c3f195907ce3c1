import { notify } from "@/db/channels.ts";
import type { Database, Sql } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";
import { storable } from "@/db/storable.ts";
import type { Task } from "@/db/tasks.ts";
import { type Claim, held } from "@/db/tasks/run.ts";
import { transaction } from "@/db/transaction.ts";

export type InputAnswer = "sent" | "not_running" | "unknown";

export async function sendInput(
  { sql }: { sql: Sql },
  task_id: string,
  message: string,
  sent_by: string,
): Promise<InputAnswer> {
  if (!isId(task_id)) return "unknown";
  return await transaction(sql, async (tx): Promise<InputAnswer> => {
    const [task] = await tx<Pick<Task, "status">[]>`
      select status from tasks where task_id = ${task_id} for share`;
    if (!task) return "unknown";
    if (task.status !== "running") return "not_running";
    await tx`insert into task_inputs ${
      tx({ input_id: newId(), task_id, message: storable(message), sent_by })
    }`;
    await notify(tx, "signal", task_id);
    return "sent";
  });
}

export interface TakenInput {
  input_id: string;
  task_id: string;
  message: string;
}

export async function takeInputs(
  { sql }: Database,
  claim_ids: string[],
): Promise<TakenInput[]> {
  return await sql<TakenInput[]>`
    with holders as (
      select task_id from tasks
      where claim_id = any (${claim_ids}::uuid[]) and status = 'running' for share
    ), taken as (
      update task_inputs i set taken_at = now() from holders h
      where i.task_id = h.task_id and i.taken_at is null
      returning i.input_id, i.task_id, i.message
    )
    select input_id, task_id, message from taken order by input_id`;
}

/** Notes that the CLI has read a message. What nobody has read goes to the next run. */
export async function inputHeard(
  { sql }: Database,
  claim: Claim,
  input_id: string,
): Promise<void> {
  await sql`
    update task_inputs set heard_at = now() where input_id = ${input_id}
      and exists (select from tasks where ${held(sql, claim)})`;
}

/** A CLI that begins anew has read nothing: all messages of its task are handed over again. */
export async function forgetHeard({ sql }: Database, claim: Claim): Promise<void> {
  await sql`
    update task_inputs set taken_at = null, heard_at = null where task_id = ${claim.task_id}
      and exists (select from tasks where ${held(sql, claim)})`;
}

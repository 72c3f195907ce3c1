import { getLogger } from "@logtape/logtape";
import { type Database, isConnectionError } from "@/db/client.ts";
import { holdWorkflow } from "@/db/workflows.ts";
import { advanceOrFail } from "@/db/workflows/advance_or_fail.ts";

const log = getLogger(["agent", "changes"]);

const MACHINE_GONE_MINUTES = 15;

interface Lost {
  change_id: string;
  workflow_id: string;
  machine_id: string;
}

/** A commit that only a machine has that is gone cannot be pushed: the step has to run again. */
export async function giveUpLostCommits(db: Database): Promise<string[]> {
  const lost = await db.sql<Lost[]>`
    select change_id, workflow_id, machine_id from changes c
    where status = 'pending' and stage = 'push'
      and created_at < now() - ${MACHINE_GONE_MINUTES} * interval '1 minute'
      and not exists (
        select from workers w where w.machine_id = c.machine_id
          and w.lease_until > now() - ${MACHINE_GONE_MINUTES} * interval '1 minute')
    limit 20`;
  const given_up: string[] = [];
  for (const change of lost) {
    try {
      await giveUp(db, change);
      given_up.push(change.change_id);
    } catch (error) {
      if (isConnectionError(error)) throw error;
      log.error("change {change_id} cannot be given up: {error}", {
        change_id: change.change_id,
        error,
      });
    }
  }
  return given_up;
}

async function giveUp({ sql }: Database, { change_id, workflow_id, machine_id }: Lost) {
  await sql.begin(async (tx) => {
    await holdWorkflow(tx, workflow_id);
    const error = `The commit is on machine ${machine_id}, which has been silent for ` +
      `${MACHINE_GONE_MINUTES} minutes: the executor has to run again.`;
    const done = await tx`
      update changes set status = 'failed', ended_at = now(), last_error = ${error}
      where change_id = ${change_id} and status = 'pending'`;
    if (done.count === 0) return;
    const event = { kind: "step_ended", step: "executor", status: "failed", error } as const;
    await advanceOrFail(tx, workflow_id, event);
  });
}

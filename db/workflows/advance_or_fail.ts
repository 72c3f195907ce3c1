import { getLogger } from "@logtape/logtape";
import { isConnectionError, type Sql, type TransactionSql } from "@/db/client.ts";
import { storable } from "@/db/storable.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { advance, type Advanced } from "@/db/workflows/advance.ts";
import type { WorkflowEvent } from "@/db/workflows/workflow_event.ts";
import type { Brought } from "@/db/workflows/note_event.ts";
import { tell } from "@/db/workflows/tell.ts";

const log = getLogger(["agent", "workflow"]);

/**
 * `advance` for what has happened and cannot be refused, such as the end of a step: a fault in what
 * follows fails the workflow with its reason. Thrown, it would undo the end, which then comes again.
 */
export async function advanceOrFail(
  tx: Sql,
  workflow_id: string,
  event: WorkflowEvent,
  brought: Brought = {},
): Promise<Advanced | null> {
  try {
    return await within(tx, (inner) => advance(inner, workflow_id, event, brought));
  } catch (error) {
    if (isConnectionError(error)) throw error;
    log.error("workflow {workflow_id}: {kind} led to a fault: {error}", {
      workflow_id,
      kind: event.kind,
      error,
    });
    await fail(tx, workflow_id, partOf(event), error);
    await within(tx, (inner) => tellAgain(inner, workflow_id)).catch(() => {});
    return null;
  }
}

/** What fails in it leaves the transaction as it was. */
const within = async <Result>(tx: Sql, work: (inner: Sql) => Promise<Result>): Promise<Result> =>
  await (tx as TransactionSql).savepoint(work) as Result;

async function tellAgain(tx: Sql, workflow_id: string): Promise<void> {
  const workflow = await getWorkflow({ sql: tx }, workflow_id);
  if (workflow) await tell(tx, workflow);
}

/** Reads nothing of the row: what is in it may be the fault. */
async function fail(tx: Sql, workflow_id: string, part: string, error: unknown): Promise<void> {
  const why = error instanceof Error ? error.message : String(error);
  await tx`
    update workflows set status = 'failed', waits_for = null, failed_step = ${part},
      error = ${storable(`What follows could not be done: ${why}`)}, updated_at = now()
    where workflow_id = ${workflow_id} and ended_at is null`;
}

function partOf(event: WorkflowEvent): string {
  if ("step" in event) return event.step;
  if ("change" in event) return event.change;
  return event.kind === "committed" ? "executor" : "approval";
}

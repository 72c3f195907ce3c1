import type { Database, Sql } from "@/db/client.ts";
import { isId } from "@/db/ids.ts";
import { type Workflow, workflow } from "@/db/nouns/workflow.ts";

export type { Workflow };

/** Throws where the row is not as any version wrote it. */
export const readWorkflow = (row: unknown): Workflow => workflow.parse(row);

export async function getWorkflow(
  { sql }: { sql: Sql },
  workflow_id: string,
): Promise<Workflow | null> {
  if (!isId(workflow_id)) return null;
  const [row] = await sql`select * from workflows where workflow_id = ${workflow_id}`;
  return row ? readWorkflow(row) : null;
}

/** The one of this flow that has not ended. */
export async function openWorkflowOf(
  { sql }: { sql: Sql },
  flow_id: string,
): Promise<Workflow | null> {
  const [row] = await sql`select * from workflows where flow_id = ${flow_id} and ended_at is null`;
  return row ? readWorkflow(row) : null;
}

/** All of a flow, the newest first. */
export async function workflowsOf({ sql }: Database, flow_id: string): Promise<Workflow[]> {
  const rows = await sql`
    select * from workflows where flow_id = ${flow_id} order by workflow_id desc limit 100`;
  return rows.map(readWorkflow);
}

/** Of these tasks, the steps of workflows that have ended. */
export async function tasksOfEndedWork({ sql }: Database, task_ids: string[]): Promise<string[]> {
  const rows = await sql<{ task_id: string }[]>`
    select task_id from tasks join workflows using (workflow_id)
    where task_id = any (${task_ids.filter(isId)}) and ended_at is not null`;
  return rows.map(({ task_id }) => task_id);
}

/** The lock alone, whatever is in the row. */
export async function holdWorkflow(tx: Sql, workflow_id: string): Promise<void> {
  await tx`select from workflows where workflow_id = ${workflow_id} for update`;
}

/** The lock before that of a step's row: what ends the work takes them in this order. */
export async function holdWorkflowOf(tx: Sql, task_id: string): Promise<void> {
  await tx`
    select from workflows
    where workflow_id = (select workflow_id from tasks where task_id = ${task_id}) for update`;
}

/** Everything that changes a workflow holds this lock first, so that none wait in a circle. */
export async function lockWorkflow(tx: Sql, workflow_id: string): Promise<Workflow | null> {
  const [row] = await tx`select * from workflows where workflow_id = ${workflow_id} for update`;
  return row ? readWorkflow(row) : null;
}

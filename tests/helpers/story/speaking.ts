import type { Database } from "@/db/client.ts";
import { appendOutput, type OutputRow } from "@/db/task_output.ts";
import { getTask } from "@/db/tasks.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import { type Claim, claimOf, claimTask } from "@/db/tasks/run.ts";
import { USAGE } from "@/tests/helpers/story/rows.ts";

/** How a run ends well. */
export const DONE = {
  status: "completed",
  output: "All **well**.",
  error: null,
  usage: USAGE,
} as const;

/** A task that a worker has taken. */
export async function taken(
  db: Database,
  task_id: string,
  worker_id: string,
  machine_id = "m1",
): Promise<Claim> {
  const task = await claimTask(db, {
    task_id,
    worker_id,
    machine_id,
    cli_session_id: crypto.randomUUID(),
  });
  if (!task) throw new Error("not claimed");
  return claimOf(task);
}

/** The CLI says something. */
export async function speak(
  db: Database,
  claim: Claim,
  rows: OutputRow[],
  usage: Usage | null = null,
) {
  const task = await getTask(db, claim.task_id);
  if (!await appendOutput(db, claim, task!.last_seq, rows, usage)) throw new Error("claim lost");
}

import { getLogger } from "@logtape/logtape";
import { type Database, isConnectionError } from "@/db/client.ts";
import { appendOutput, type OutputRow } from "@/db/task_output.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import type { Claim } from "@/db/tasks/run.ts";
import { persist } from "@/workers/persist.ts";

const log = getLogger(["agent", "output"]);

type TimedRow = OutputRow & { at: string };

/** A row that Postgres refuses becomes one that says so. False: the claim is lost. */
export async function storeRows(
  db: Database,
  claim: Claim,
  after_seq: number,
  rows: TimedRow[],
  usage: Usage | null,
  ending: AbortSignal,
): Promise<boolean> {
  const append = (some: TimedRow[], seq: number, totals: Usage | null) =>
    persist(() => appendOutput(db, claim, seq, some, totals), ending);
  try {
    return await append(rows, after_seq, usage);
  } catch (error) {
    if (isConnectionError(error) || rows.length === 0) throw error;
    if (rows.length === 1) return await append([refused(claim, rows[0], error)], after_seq, usage);
  }
  for (const [index, row] of rows.entries()) {
    if (!await storeRows(db, claim, after_seq + index, [row], usage, ending)) return false;
  }
  return true;
}

function refused(claim: Claim, row: TimedRow, error: unknown): TimedRow {
  const { task_id } = claim;
  const why = error instanceof Error ? error.message : String(error);
  log.warn("task {task_id}: Postgres refused a row of kind {kind}: {why}", {
    task_id,
    kind: row.kind,
    why,
  });
  return {
    kind: "system",
    text: `Something of kind ${row.kind} was printed here that could not be stored: ${why}`,
    data: { subtype: "refused", kind: row.kind },
    message_id: null,
    parent_tool_use_id: null,
    at: row.at,
  };
}

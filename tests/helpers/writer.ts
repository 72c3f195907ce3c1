import type { Database } from "@/db/client.ts";
import { appendOutput } from "@/db/task_output.ts";
import type { Task } from "@/db/tasks.ts";
import { type Claim, type Ending, finishTask } from "@/db/tasks/run.ts";
import { NOTHING_USED, runningTask } from "@/tests/helpers/records.ts";

/** A running task whose output a test writes, as its worker would. */
export interface TestRun {
  task: Task;
  claim: Claim;
  /** Appends rows of text; their numbers continue. */
  say(...texts: string[]): Promise<void>;
  spend(cost_usd: number): Promise<void>;
  end(change?: Partial<Ending>): Promise<void>;
}

/** Starts one, on a machine of its own name. */
export async function testRun(db: Database): Promise<TestRun> {
  const { task, claim } = await runningTask(db);
  let seq = 0;
  const append = async (texts: string[], cost_usd: number | null) => {
    const rows = texts.map((text) => ({
      kind: "text" as const,
      text,
      data: null,
      message_id: "m",
      parent_tool_use_id: null,
    }));
    const usage = cost_usd === null ? null : { ...NOTHING_USED, cost_usd };
    if (!await appendOutput(db, claim, seq, rows, usage)) throw new Error("the claim is lost");
    seq += rows.length;
  };
  return {
    task,
    claim,
    say: (...texts) => append(texts, null),
    spend: (cost_usd) => append([], cost_usd),
    async end(change = {}) {
      const ending = { status: "completed" as const, output: "Done.", error: null };
      await finishTask(db, claim, { ...ending, usage: NOTHING_USED, ...change });
    },
  };
}

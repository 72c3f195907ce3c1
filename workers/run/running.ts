import type { Task } from "@/db/tasks.ts";
import { mapUsage, sumOf, type Usage } from "@/db/nouns/usage.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import type { KeptWorkspace } from "@/workers/run/kept_workspace.ts";
import type { Claim } from "@/db/tasks/run.ts";
import type { RunLimits } from "@/workers/claude/run_types.ts";
import type { Unseen } from "@/workers/run/unseen.ts";
import type { OutputWriter } from "@/workers/output_writer.ts";
import type { ActiveRun } from "@/workers/runs.ts";

export interface Running {
  task: Task;
  claim: Claim;
  run: ActiveRun;
  writer: OutputWriter;
  /** It ran before and was cut off; `task.cli_session_id` is that run's. */
  interrupted: boolean;
  /** By id; a promise once the CLI has read the message and that is noted. */
  inputs: Map<string, Promise<void> | null>;
  slot: number;
  /** Of a step; null: a task of its own. */
  workflow: Workflow | null;
  /** The checkout, once it is there. */
  workspace: KeptWorkspace | null;
  /** Why what was approved is not what this run would work on; null: it is. */
  voided: string | null;
  /** Added to while the run is prepared. */
  unseen: Unseen;
}

/** Carried by every process of a run, so that a later worker can tell whose it is. */
export const runId = ({ claim }: Pick<Running, "claim">): string =>
  `${claim.worker_id}.${claim.task_id}`;

export function addUsage(before: Usage, now: Usage): Usage {
  return countable(sumOf(before, now));
}

const MOST_TURNS = 2 ** 31 - 1;

/** As the table can hold it, whatever the CLI printed. */
function countable(usage: Usage): Usage {
  const whole = (count: number, most = Number.MAX_SAFE_INTEGER) =>
    Number.isFinite(count) ? Math.min(most, Math.max(0, Math.round(count))) : 0;
  return mapUsage(usage, (value, field) => {
    if (field === "cost_usd") return Number.isFinite(value) ? value : 0;
    return whole(value, field === "num_turns" ? MOST_TURNS : undefined);
  });
}

/** For all attempts together. A cent and a turn are left: the CLI says which limit was reached. */
export function remainingLimits(limits: RunLimits, used: Usage): RunLimits {
  const { max_usd, max_turns } = limits;
  return {
    ...limits,
    max_usd: max_usd === null ? null : Math.max(0.01, max_usd - used.cost_usd),
    max_turns: max_turns === null ? null : Math.max(1, max_turns - used.num_turns),
  };
}

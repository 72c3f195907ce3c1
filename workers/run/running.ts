import type { Task } from "@/db/tasks.ts";
import { mapUsage, sumOf, type Usage } from "@/db/nouns/usage.ts";
import type { Claim } from "@/db/tasks/run.ts";
import type { RunLimits } from "@/workers/claude/run_types.ts";
import type { OutputWriter } from "@/workers/output_writer.ts";
import type { ActiveRun } from "@/workers/runs.ts";

/** One task on its way through this process. */
export interface Running {
  task: Task;
  claim: Claim;
  run: ActiveRun;
  writer: OutputWriter;
  /** It ran before and was cut off; `task.cli_session_id` is the CLI's session of that run. */
  interrupted: boolean;
  /** Messages that were handed to the CLI, by id; a promise once it has read one and that is noted. */
  inputs: Map<string, Promise<void> | null>;
  /** Which of the machine's places it runs in, from 0. */
  slot: number;
}

/** Carried by every process of a run, so that a later worker can tell whose it is. */
export const runId = ({ claim }: Pick<Running, "claim">): string =>
  `${claim.worker_id}.${claim.task_id}`;

/** Each process of the CLI counts from zero: what earlier attempts used is added. */
export function addUsage(before: Usage, now: Usage): Usage {
  return countable(sumOf(before, now));
}

const MOST_TURNS = 2 ** 31 - 1;

/** As the table can hold it, whatever the CLI printed: whole, finite, not negative. Pure. */
function countable(usage: Usage): Usage {
  const whole = (count: number, most = Number.MAX_SAFE_INTEGER) =>
    Number.isFinite(count) ? Math.min(most, Math.max(0, Math.round(count))) : 0;
  return mapUsage(usage, (value, field) => {
    if (field === "cost_usd") return Number.isFinite(value) ? value : 0;
    return whole(value, field === "num_turns" ? MOST_TURNS : undefined);
  });
}

/**
 * What a task may still use: its limits are for all attempts together, and the CLI counts each
 * process from zero. A cent and a turn are left at least, so that the CLI itself says which limit
 * was reached.
 */
export function remainingLimits(limits: RunLimits, used: Usage): RunLimits {
  const { max_usd, max_turns } = limits;
  return {
    ...limits,
    max_usd: max_usd === null ? null : Math.max(0.01, max_usd - used.cost_usd),
    max_turns: max_turns === null ? null : Math.max(1, max_turns - used.num_turns),
  };
}

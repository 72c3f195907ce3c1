import type { Task } from "@/db/tasks.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import type { Claim } from "@/db/tasks/run.ts";
import type { RunLimits } from "@/workers/claude/run_types.ts";
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
}

/** Carried by every process of a run, so that a later worker can tell whose it is. */
export const runId = ({ claim }: Pick<Running, "claim">): string =>
  `${claim.worker_id}.${claim.task_id}`;

export function addUsage(before: Usage, now: Usage): Usage {
  return countable({
    cost_usd: before.cost_usd + now.cost_usd,
    input_tokens: before.input_tokens + now.input_tokens,
    output_tokens: before.output_tokens + now.output_tokens,
    cache_read_tokens: before.cache_read_tokens + now.cache_read_tokens,
    cache_creation_tokens: before.cache_creation_tokens + now.cache_creation_tokens,
    num_turns: before.num_turns + now.num_turns,
  });
}

const MOST_TURNS = 2 ** 31 - 1;

/** As the table can hold it, whatever the CLI printed. */
function countable({ cost_usd, num_turns, ...tokens }: Usage): Usage {
  const whole = (count: number, most = Number.MAX_SAFE_INTEGER) =>
    Number.isFinite(count) ? Math.min(most, Math.max(0, Math.round(count))) : 0;
  return {
    cost_usd: Number.isFinite(cost_usd) ? cost_usd : 0,
    input_tokens: whole(tokens.input_tokens),
    output_tokens: whole(tokens.output_tokens),
    cache_read_tokens: whole(tokens.cache_read_tokens),
    cache_creation_tokens: whole(tokens.cache_creation_tokens),
    num_turns: whole(num_turns, MOST_TURNS),
  };
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

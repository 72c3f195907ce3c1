import type { ResultLine } from "@/workers/claude/cli_lines.ts";
import type { ResourceLimits } from "@/workers/claude/resources.ts";
import { Observed } from "@/workers/claude/observed.ts";
import type { EndedBy, Excess, RunLimits, RunResult } from "@/workers/claude/run_types.ts";
import { NO_USAGE, type Usage } from "@/db/nouns/usage.ts";

export interface Ending {
  ended_by: EndedBy;
  result: ResultLine | null;
  usage: Usage;
  cli_session_id: string | null;
  exit_code: number | null;
  signal: string | null;
  stderr: string;
  api_error: string | null;
  /** A sub-agent ended after the result, and the CLI did not go on. */
  unheard: boolean;
  /** What is wrong with the structured result. */
  result_problem: string | null;
  observed: Observed;
  limits: RunLimits;
  resources: ResourceLimits;
}

/** `is_error` decides, not `subtype`; no result is a failure whatever the exit code. */
export function conclude(ending: Ending): RunResult {
  const { result } = ending;
  const ended_by = killedBySomebody(ending) ? "killed" : ending.ended_by;
  const completed = ended_by === "cli" && result !== null && !result.is_error &&
    ending.result_problem === null && !spentBehindResult(ending);
  return {
    status: completed ? "completed" : "failed",
    error: completed ? null : explain(ending),
    output: result && !result.is_error ? result.result : null,
    structured: completed ? result.structured_output ?? null : null,
    coverage: ending.observed.coverage(cutOff(ending)),
    refusals: ending.observed.refusals(),
    usage: ending.usage,
    cli_session_id: ending.cli_session_id,
    exit_code: ending.exit_code,
    signal: ending.signal,
    ended_by,
  };
}

export function notStarted(error: string, ended_by: "spawn" | "stop"): RunResult {
  return {
    status: "failed",
    error,
    output: null,
    structured: null,
    coverage: new Observed().coverage(),
    refusals: [],
    usage: { ...NO_USAGE },
    cli_session_id: null,
    exit_code: null,
    signal: null,
    ended_by,
  };
}

/** By one of our limits, with the run itself. */
function cutOff({ ended_by, result }: Ending): string[] {
  if (result?.subtype === "error_max_turns") return ["the run itself, at its limit of turns"];
  if (result?.subtype === "error_max_budget_usd") return ["the run itself, at its budget"];
  if (ended_by === "time") return ["the run itself, at its time limit"];
  if (ended_by === "output") return ["the run itself, at the limit of what it may print"];
  return isExcess(ended_by) ? ["the run itself, at a limit of the machine"] : [];
}

/** At the budget, sub-agents in the background end, and the CLI with them, without a result. */
function spentBehindResult({ unheard, usage, limits }: Ending): boolean {
  return unheard && limits.max_usd !== null && usage.cost_usd >= limits.max_usd;
}

export const STOPPED = "Stopped on request.";

function explainExcess(excess: Excess, limits: ResourceLimits): string {
  const { max_processes, max_memory_mb, max_disk_mb } = limits;
  return {
    processes:
      `Stopped: it ran more than ${max_processes} processes at once (AGENT_MAX_PROCESSES).`,
    memory: `Stopped: it used more than ${max_memory_mb} MB of memory (AGENT_MAX_MEMORY_MB).`,
    disk: `Stopped: it used more than ${max_disk_mb} MB of disk (AGENT_MAX_DISK_MB).`,
    room: "Stopped: the disk of DATA_DIR is nearly full, and no other run used more of it. " +
      "Make room there, or lower AGENT_MAX_DISK_MB.",
  }[excess];
}

const EXCESSES: EndedBy[] = ["processes", "memory", "disk", "room"] satisfies Excess[];
const isExcess = (by: EndedBy): by is Excess => EXCESSES.includes(by);

function explain(ending: Ending): string {
  const { limits } = ending;
  if (isExcess(ending.ended_by)) return explainExcess(ending.ended_by, ending.resources);
  if (ending.ended_by === "stop") return STOPPED;
  if (ending.ended_by === "time") {
    return `Stopped after ${limits.timeout_seconds} s, the time limit of a task ` +
      "(TASK_TIMEOUT_SECONDS).";
  }
  if (ending.ended_by === "output") {
    return `Stopped: the CLI printed more than ${limits.max_output_bytes} bytes.`;
  }
  if (!ending.result) return explainSilence(ending);
  const { result_problem } = ending;
  if (result_problem) return `Its structured result could not be used. ${result_problem}`;
  return explainResult(ending.result, ending);
}

function explainResult(result: ResultLine, ending: Ending): string {
  const { limits, api_error } = ending;
  if (result.subtype === "error_max_turns") {
    return `Reached the limit of ${limits.max_turns} turns (TASK_MAX_TURNS).`;
  }
  if (result.subtype === "error_max_budget_usd" || spentBehindResult(ending)) {
    return `Reached the budget of $${limits.max_usd} (TASK_MAX_USD).`;
  }
  const said = result.result || result.errors.join("; ") || result.subtype;
  if (api_error === "authentication_failed" || /not logged in|invalid api key/i.test(said)) {
    return `The CLI is not signed in: set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN. ` +
      `It said: ${said}`;
  }
  return said;
}

/** What unshare and shells make of a child's signal. */
const SIGNAL_CODES: Record<number, string> = {
  130: "SIGINT",
  134: "SIGABRT",
  137: "SIGKILL",
  139: "SIGSEGV",
  143: "SIGTERM",
};

/** Of a child that SIGKILL ended, unshare says this and exits with 1 (util-linux 2.38, tried). */
const KILLED_BELOW_UNSHARE = /^unshare: sigprocmask unblock failed: .*$/m;

function signalOf({ signal, exit_code, stderr }: Ending): string | undefined {
  const killed = KILLED_BELOW_UNSHARE.test(stderr) ? "SIGKILL" : null;
  return signal ?? killed ?? SIGNAL_CODES[exit_code ?? 0];
}

/** By the kernel, out of memory, or by a person. */
function killedBySomebody(ending: Ending): boolean {
  return ending.ended_by === "cli" && ending.result === null && signalOf(ending) === "SIGKILL";
}

function explainSilence(ending: Ending): string {
  const { exit_code, stderr } = ending;
  const said = stderr.replace(KILLED_BELOW_UNSHARE, "").trim();
  const detail = said === "" ? "" : `: ${said}`;
  const signal = signalOf(ending);
  if (signal) return `Stopped by ${signal}, before the CLI gave a result${detail}`;
  return `The CLI ended without a result (exit code ${exit_code})${detail}`;
}

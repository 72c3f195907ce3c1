/** What goes into one run of the CLI and what comes out. */
import type { Assets } from "@/workers/claude/assets.ts";
import type { Isolation } from "@/workers/claude/isolation.ts";
import type { ResourceLimits } from "@/workers/claude/resources.ts";
import type { WarmSandboxes } from "@/workers/claude/warm.ts";
import type { ToolProfile } from "@/db/nouns/tool_profile.ts";
import type { Usage } from "@/db/nouns/usage.ts";

/** One run that somebody asked for. */
export interface ClaudeTask {
  /** Carried as AGENT_RUN_ID by everything that the run starts. */
  run_id: string;
  prompt: string;
  /** Name of a file in `.claude/agents`; null: the CLI's own default. */
  agent: string | null;
  /** Wins over the agent's own model. */
  model: string | null;
  tool_profile: ToolProfile;
  /** A UUID: the new session's id, or with `resume` the session to go on with. */
  cli_session_id: string;
  resume: boolean;
  append_system_prompt: string | null;
  limits: RunLimits;
}

export interface RunLimits {
  timeout_seconds: number;
  max_turns: number | null;
  max_usd: number | null;
  /** Bytes that the CLI may print on stdout. */
  max_output_bytes: number;
}

/** What is the same for all runs of a machine. */
export interface ClaudeSettings {
  cli_bin: string;
  /** ANTHROPIC_API_KEY and its like, by name. */
  credentials: Record<string, string>;
  /** Further variables that the operator lets the CLI see (AGENT_ENV). */
  agent_env: Record<string, string>;
  isolation: Isolation;
  /** What each run may use of the machine. */
  resources: ResourceLimits;
  contained: boolean;
  /** Folders that must look empty to the CLI. */
  hide: string[];
  /** Sandboxes that are ready; without them each run makes its own. */
  warm?: WarmSandboxes;
  /** Agents, skills and CLAUDE.md. */
  assets: Assets;
}

/** What ends a run for what it takes from the machine; `room`: the disk is nearly full. */
export type Excess = "processes" | "memory" | "disk" | "room";

/**
 * How a run ended: of itself, killed by somebody else (who may be the kernel, out of memory), by one
 * of our limits, by `stop()`, or before it began.
 */
export type EndedBy = "cli" | "killed" | "time" | "output" | "stop" | "spawn" | Excess;

export interface RunResult {
  status: "completed" | "failed";
  /** A sentence for people; null when completed. */
  error: string | null;
  /** The answer, as far as there is one. */
  output: string | null;
  /** Of this process alone: a resumed session starts at zero again. */
  usage: Usage;
  cli_session_id: string | null;
  exit_code: number | null;
  signal: string | null;
  ended_by: EndedBy;
}

export interface ClaudeRun {
  /** Null until the process has been started, and when it could not be. */
  readonly pid: number | null;
  /**
   * Gives the running CLI a message; it is read before the next request to the model. An event
   * `taken_up` with this uuid says that it was.
   */
  send(message: string, uuid?: string): void;
  /** Resolves when nothing of the run is left. */
  stop(): Promise<void>;
  /** The same at once, without asking what it cost. */
  kill(): Promise<void>;
  /** True once there is a process; false when there will be none. */
  readonly started: Promise<boolean>;
  /** Resolves when no process of the run is left. Never rejects. */
  readonly done: Promise<RunResult>;
}

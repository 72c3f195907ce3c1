import type { Assets } from "@/workers/claude/assets.ts";
import type { Isolation } from "@/workers/claude/isolation.ts";
import type { ResourceLimits } from "@/workers/claude/resources.ts";
import type { WarmSandboxes } from "@/workers/claude/warm.ts";
import type { ToolProfile } from "@/db/nouns/tool_profile.ts";
import type { Coverage, Refusal } from "@/db/nouns/coverage.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import type { ResultSchema } from "@/workers/claude/structured.ts";

export interface ClaudeTask {
  /** AGENT_RUN_ID of everything that the run starts. */
  run_id: string;
  prompt: string;
  /** Null: the CLI's own default. */
  agent: string | null;
  model: string | null;
  tool_profile: ToolProfile;
  /** With `resume` the session to go on with, else the new one. */
  cli_session_id: string;
  resume: boolean;
  append_system_prompt: string | null;
  /** What the run has to hand over besides its words; null: nothing. */
  result_schema: ResultSchema | null;
  limits: RunLimits;
}

export interface RunLimits {
  timeout_seconds: number;
  max_turns: number | null;
  max_usd: number | null;
  max_output_bytes: number;
}

export interface ClaudeSettings {
  cli_bin: string;
  credentials: Record<string, string>;
  agent_env: Record<string, string>;
  isolation: Isolation;
  resources: ResourceLimits;
  contained: boolean;
  /** Folders that must look empty to the CLI. */
  hide: string[];
  warm?: WarmSandboxes;
  assets: Assets;
}

/** `room`: the disk is nearly full. */
export type Excess = "processes" | "memory" | "disk" | "room";

/** `killed`: by somebody else, who may be the kernel, out of memory. `spawn`: before it began. */
export type EndedBy = "cli" | "killed" | "time" | "output" | "stop" | "spawn" | Excess;

export interface RunResult {
  status: "completed" | "failed";
  error: string | null;
  output: string | null;
  /** Fits the task's schema; null without one, and where the run failed. */
  structured: unknown;
  coverage: Coverage;
  refusals: Refusal[];
  /** Of this process alone: a resumed session starts at zero again. */
  usage: Usage;
  cli_session_id: string | null;
  exit_code: number | null;
  signal: string | null;
  ended_by: EndedBy;
}

export interface ClaudeRun {
  readonly pid: number | null;
  /** Read before the next request to the model; an event `taken_up` with this uuid says so. */
  send(message: string, uuid?: string): void;
  stop(): Promise<void>;
  /** At once, without asking what it cost. */
  kill(): Promise<void>;
  readonly started: Promise<boolean>;
  /** When no process of the run is left. Never rejects. */
  readonly done: Promise<RunResult>;
}

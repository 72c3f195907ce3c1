import { z } from "zod";
import { coverage, refusals } from "@/db/nouns/coverage.ts";
import { step } from "@/db/nouns/step.ts";
import { TOOL_PROFILES } from "@/db/nouns/tool_profile.ts";
import { USAGE } from "@/db/nouns/usage.ts";

export const TASK_STATUSES = ["queued", "running", "completed", "failed", "cancelled"] as const;
export type TaskStatus = typeof TASK_STATUSES[number];
export const TASK_SOURCES = ["chat", "webhook", "api", "subagent", "workflow"] as const;
export type TaskSource = typeof TASK_SOURCES[number];

/** Why a run is over although the task has not ended. */
export const INTERRUPTIONS = [
  "worker_stopped",
  "machine_silent",
  "cli_killed",
  "claim_lost",
] as const;
export type Interruption = typeof INTERRUPTIONS[number];

const id = () => z.uuid();

export const TASK = {
  task_id: id(),
  status: z.enum(TASK_STATUSES),
  assigned_agent: z.string(),
  model: z.string().nullable(),
  tool_profile: z.enum(TOOL_PROFILES),
  source: z.enum(TASK_SOURCES),
  source_metadata: z.record(z.string(), z.unknown()),
  flow_id: z.string().nullable(),
  external_id: z.string().nullable(),
  conversation_id: id(),
  session_id: id().nullable(),
  parent_task_id: id().nullable(),
  retry_of: id().nullable(),
  workflow_id: id().nullable(),
  step: step.nullable().meta({ description: "Which step of its workflow it is." }),
  round: z.int().nullable(),
  machine_id: z.string().nullable(),
  input_message: z.string(),
  output: z.string().nullable(),
  error: z.string().nullable(),
  result: z.record(z.string(), z.unknown()).nullable().meta({
    description: "What the run handed over as data, where it was asked to.",
  }),
  coverage: coverage.nullable().meta({
    description: "What the run saw and did, as the CLI reported it; null before it has ended.",
  }),
  refusals: refusals.nullable().meta({
    description: "What the run was not allowed to do, sub-agents included.",
  }),
  ...USAGE,
  attempt: z.int().min(1),
  cli_session_id: id().nullable(),
  created_at: z.date(),
  started_at: z.date().nullable(),
  completed_at: z.date().nullable(),
  profile_raised_by: z.string().nullable().meta({
    description: "Who let it do more than read although text from outside is in what it reads.",
  }),
  duration_seconds: z.number().nullable(),
};

export const TASK_INTERNALS = {
  requires_repository: z.boolean(),
  base_commit: z.string().nullable().meta({
    description: "Of the repository that its run began with.",
  }),
  worker_id: id().nullable(),
  claim_id: id().nullable(),
  claim_count: z.int(),
  crash_count: z.int(),
  cli_started_at: z.date().nullable(),
  interruption: z.enum(INTERRUPTIONS).nullable(),
  last_seq: z.int(),
  stop_requested_at: z.date().nullable(),
  stopped_by: z.string().nullable(),
};

const task = z.object({ ...TASK, ...TASK_INTERNALS });
export type Task = z.infer<typeof task>;

export const hasEnded = (status: TaskStatus): boolean =>
  status !== "queued" && status !== "running";

const replyingTo = z.object({
  provider: z.string(),
  reply_to: z.record(z.string(), z.unknown()),
});

/** Where a task's answer goes, or null for one that nobody outside asked for. */
export function replyTarget(
  { source_metadata }: Pick<Task, "source_metadata">,
): { provider: string; target: Record<string, unknown> } | null {
  const { provider, reply_to } = replyingTo.safeParse(source_metadata).data ?? {};
  return provider !== undefined && reply_to ? { provider, target: reply_to } : null;
}

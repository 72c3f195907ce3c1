import { z } from "@hono/zod-openapi";
import type { Output as OutputRow } from "@/db/task_output.ts";
import type { Task as TaskRow } from "@/db/tasks.ts";
import { TASK_SOURCES, TASK_STATUSES } from "@/db/nouns/task.ts";
import { asTime, asTimeOrNull, time } from "@/server/api/times.ts";

const count = () => z.int().nonnegative();
const id = () => z.uuid();

export const Task = z.object({
  task_id: id(),
  status: z.enum(TASK_STATUSES),
  assigned_agent: z.string(),
  model: z.string().nullable(),
  tool_profile: z.enum(["read", "edit", "full"]),
  profile_raised_by: z.string().nullable().openapi({
    description: "Who let it do more than read although text from outside is in what it reads.",
  }),
  source: z.enum(TASK_SOURCES),
  source_metadata: z.record(z.string(), z.unknown()),
  flow_id: z.string().nullable(),
  external_id: z.string().nullable(),
  conversation_id: id(),
  session_id: id().nullable(),
  parent_task_id: id().nullable(),
  retry_of: id().nullable(),
  machine_id: z.string().nullable(),
  input_message: z.string(),
  output: z.string().nullable(),
  error: z.string().nullable(),
  cost_usd: z.number(),
  input_tokens: count(),
  output_tokens: count(),
  cache_read_tokens: count(),
  cache_creation_tokens: count(),
  num_turns: count(),
  attempt: z.int().min(1),
  cli_session_id: id().nullable(),
  created_at: time(),
  started_at: time().nullable(),
  completed_at: time().nullable(),
  duration_seconds: z.number().nullable(),
}).openapi("Task");

/** A task as the API shows it. */
export function taskJson(task: TaskRow): z.infer<typeof Task> {
  const {
    requires_repository: _repository,
    worker_id: _worker,
    claim_id: _claim,
    claim_count: _claims,
    crash_count: _crashes,
    cli_started_at: _cli_started,
    interruption: _interruption,
    last_seq: _seq,
    stop_requested_at: _stop,
    stopped_by: _by,
    ...shown
  } = task;
  return {
    ...shown,
    created_at: asTime(task.created_at),
    started_at: asTimeOrNull(task.started_at),
    completed_at: asTimeOrNull(task.completed_at),
  };
}

export const Output = z.object({
  seq: z.int().min(1),
  kind: z.enum(["text", "thinking", "tool_use", "tool_result", "system", "error", "result"]),
  text: z.string().nullable(),
  data: z.record(z.string(), z.unknown()).nullable(),
  message_id: z.string().nullable(),
  parent_tool_use_id: z.string().nullable(),
  at: time(),
}).openapi("Output");

/** A row of output as the API shows it. */
export function outputJson(row: OutputRow): z.infer<typeof Output> {
  const { attempt: _attempt, ...shown } = row;
  return { ...shown, at: asTime(row.at) };
}

import type { Database, Sql } from "@/db/client.ts";
import type { ToolProfile } from "@/db/deliveries.ts";
import { isId } from "@/db/ids.ts";
import { type Page, page, type PageRequest } from "@/db/page.ts";
import { newestByKind } from "@/db/tasks/by_kind.ts";
import type { Interruption } from "@/db/tasks/give_back.ts";

export const TASK_STATUSES = ["queued", "running", "completed", "failed", "cancelled"] as const;
export type TaskStatus = typeof TASK_STATUSES[number];
export const TASK_SOURCES = ["chat", "webhook", "api", "subagent", "workflow"] as const;
export type TaskSource = typeof TASK_SOURCES[number];

/** What a run has used so far, over all its attempts. */
export interface Usage {
  cost_usd: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_creation_tokens: number;
  num_turns: number;
}

export interface Task extends Usage {
  task_id: string;
  status: TaskStatus;
  assigned_agent: string;
  model: string | null;
  tool_profile: ToolProfile;
  /** Who let it do more than read although text from outside is in what it reads. */
  profile_raised_by: string | null;
  source: TaskSource;
  source_metadata: Record<string, unknown>;
  requires_repository: boolean;
  flow_id: string | null;
  external_id: string | null;
  conversation_id: string;
  session_id: string | null;
  parent_task_id: string | null;
  retry_of: string | null;
  machine_id: string | null;
  worker_id: string | null;
  /** Of the run that goes on; null while none does. */
  claim_id: string | null;
  claim_count: number;
  crash_count: number;
  cli_started_at: Date | null;
  interruption: Interruption | null;
  input_message: string;
  output: string | null;
  error: string | null;
  attempt: number;
  cli_session_id: string | null;
  last_seq: number;
  stop_requested_at: Date | null;
  stopped_by: string | null;
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  duration_seconds: number | null;
}

/** True once nothing will change any more. */
export const hasEnded = (status: TaskStatus): boolean =>
  status !== "queued" && status !== "running";

/** The columns of a task, with its duration: until now while it runs. */
export const taskColumns = (sql: Sql) =>
  sql`task_id, status, assigned_agent, model, tool_profile, source, source_metadata,
    requires_repository, flow_id, external_id, conversation_id, session_id, parent_task_id,
    retry_of, machine_id, worker_id, claim_id, claim_count, crash_count, cli_started_at,
    interruption, input_message, output, error, cost_usd, input_tokens,
    output_tokens, cache_read_tokens, cache_creation_tokens, num_turns, attempt, cli_session_id,
    last_seq, stop_requested_at, stopped_by, created_at, started_at, completed_at,
    profile_raised_by,
    extract(epoch from coalesce(completed_at, now()) - started_at)::float8 as duration_seconds`;

/** One task, or null for an unknown id or for text that is no id. */
export async function getTask({ sql }: Database, task_id: string): Promise<Task | null> {
  if (!isId(task_id)) return null;
  const [task] = await sql<Task[]>`
    select ${taskColumns(sql)} from tasks where task_id = ${task_id}`;
  return task ?? null;
}

export interface TaskFilter {
  status?: TaskStatus;
  agent?: string;
  source?: TaskSource;
  conversation_id?: string;
  flow_id?: string;
}

/** Newest first. The cursor is the last task id of the page before. */
export async function listTasks(
  { sql }: Database,
  filter: TaskFilter,
  request: PageRequest,
): Promise<Page<Task>> {
  if (filter.conversation_id && !isId(filter.conversation_id)) {
    return { items: [], next_cursor: null };
  }
  if (request.cursor && !isId(request.cursor)) return { items: [], next_cursor: null };
  const { limit, cursor } = request;
  const rows = await sql<Task[]>`
    select ${taskColumns(sql)} from tasks
    where ${fitting(sql, filter, { limit: limit + 1, cursor })}
    order by task_id desc limit ${limit + 1}`;
  return page(rows, limit, (task) => task.task_id);
}

/** All of a flow or conversation are few, and all of all are in order; between these by kind. */
function fitting(sql: Sql, filter: TaskFilter, request: PageRequest) {
  const { status, agent, source, conversation_id, flow_id } = filter;
  const before = request.cursor ? sql`and task_id < ${request.cursor}` : sql``;
  if (conversation_id || flow_id) {
    return sql`true ${before}
      ${conversation_id ? sql`and conversation_id = ${conversation_id}` : sql``}
      ${flow_id ? sql`and flow_id = ${flow_id}` : sql``}
      ${status ? sql`and status = ${status}` : sql``}
      ${agent ? sql`and assigned_agent = ${agent}` : sql``}
      ${source ? sql`and source = ${source}` : sql``}`;
  }
  if (!status && !agent && !source) return sql`true ${before}`;
  const kinds = {
    agent,
    sources: source ? [source] : TASK_SOURCES,
    statuses: status ? [status] : TASK_STATUSES,
  };
  return sql`task_id = any (${newestByKind(sql, kinds, request)})`;
}

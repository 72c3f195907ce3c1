import type { Database, Sql } from "@/db/client.ts";
import type { Task, TaskSource, TaskStatus } from "@/db/nouns/task.ts";
import { isId } from "@/db/ids.ts";
import { readTask } from "@/db/tasks/read.ts";
import { type Page, page, type PageRequest } from "@/db/page.ts";
import { newestByKind } from "@/db/tasks/by_kind.ts";

export type { Task };

export const taskColumns = (sql: Sql) =>
  sql`task_id, status, assigned_agent, model, tool_profile, source, source_metadata,
    requires_repository, base_commit, flow_id, external_id, conversation_id, session_id, parent_task_id,
    retry_of, workflow_id, step, round, machine_id, worker_id, claim_id, claim_count, crash_count, cli_started_at,
    interruption, input_message, output, error, result, coverage, refusals, cost_usd, input_tokens,
    output_tokens, cache_read_tokens, cache_creation_tokens, num_turns, attempt, cli_session_id,
    last_seq, stop_requested_at, stopped_by, created_at, started_at, completed_at,
    profile_raised_by,
    extract(epoch from coalesce(completed_at, now()) - started_at)::float8 as duration_seconds`;

export async function getTask({ sql }: Database, task_id: string): Promise<Task | null> {
  if (!isId(task_id)) return null;
  const [task] = await sql<Task[]>`
    select ${taskColumns(sql)} from tasks where task_id = ${task_id}`;
  return task ? readTask(task) : null;
}

export interface TaskFilter {
  status?: TaskStatus;
  agent?: string;
  source?: TaskSource;
  conversation_id?: string;
  flow_id?: string;
}

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
  return page(rows.map(readTask), limit, (task) => task.task_id);
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
  return sql`task_id = any (${newestByKind(sql, filter, request)})`;
}

import type { Database } from "@/db/client.ts";
import { addMessage, getConversation, startConversation, titleOf } from "@/db/conversations.ts";
import type { ToolProfile } from "@/db/deliveries.ts";
import { addEvent } from "@/db/events.ts";
import { isId, newId } from "@/db/ids.ts";
import { nudge } from "@/db/queue.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { type Task, taskColumns } from "@/db/tasks.ts";

export interface NewTask {
  prompt: string;
  assigned_agent: string;
  model: string | null;
  tool_profile: ToolProfile;
  source: "chat" | "api";
  source_metadata?: Record<string, unknown>;
  /** Continues this conversation; a new one is started without it. */
  conversation_id?: string | null;
  session_id?: string | null;
  created_by: string | null;
}

/**
 * Conversation, message, task and job in one commit. Returns the queued task, or null when
 * `conversation_id` names no conversation.
 */
export async function createTask(db: Database, wanted: NewTask): Promise<Task | null> {
  const known = wanted.conversation_id ?? null;
  if (known && !await getConversation(db, known)) return null;
  return await db.sql.begin(async (tx) => {
    // Ids of one conversation are made in the order of its commits, so none is run before an
    // older one that is just being written.
    if (known) await tx`select from conversations where conversation_id = ${known} for update`;
    const conversation_id = known ?? await startConversation(tx, {
      title: titleOf(wanted.prompt),
      source: wanted.source,
      created_by: wanted.created_by,
    });
    const task_id = newId();
    const [task] = await tx<Task[]>`
      insert into tasks (task_id, assigned_agent, model, tool_profile, source, source_metadata,
        conversation_id, session_id, input_message)
      values (${task_id}, ${wanted.assigned_agent}, ${wanted.model}, ${wanted.tool_profile},
        ${wanted.source}, ${storableJson(wanted.source_metadata ?? {})}::text::jsonb,
        ${conversation_id}, ${wanted.session_id ?? null}, ${storable(wanted.prompt)})
      returning ${taskColumns(tx)}`;
    await addMessage(tx, { conversation_id, role: "user", content: wanted.prompt, task_id });
    await addEvent(tx, "task.created", task_id, {
      status: "queued",
      assigned_agent: wanted.assigned_agent,
      source: wanted.source,
      conversation_id,
    });
    await nudge(tx, "run_task", [task_id]);
    return task;
  });
}

export type RetryAnswer =
  | { outcome: "created"; task: Task }
  | { outcome: "not_ended"; task: Task }
  | { outcome: "unknown" };

/** The same request again as a new task, attempt 1, in the same conversation and flow. */
export async function retryTask(db: Database, task_id: string): Promise<RetryAnswer> {
  if (!isId(task_id)) return { outcome: "unknown" };
  return await db.sql.begin(async (tx): Promise<RetryAnswer> => {
    const [old] = await tx<Task[]>`select ${taskColumns(tx)} from tasks where task_id = ${task_id}`;
    if (!old) return { outcome: "unknown" };
    if (!old.completed_at) return { outcome: "not_ended", task: old };
    const id = newId();
    const [task] = await tx<Task[]>`
      insert into tasks (task_id, assigned_agent, model, tool_profile, source, source_metadata,
        conversation_id, session_id, input_message, retry_of, flow_id, external_id,
        requires_repository, parent_task_id)
      select ${id}, assigned_agent, model, tool_profile, source, source_metadata, conversation_id,
        session_id, input_message, task_id, flow_id, external_id, requires_repository,
        parent_task_id from tasks where task_id = ${task_id}
      returning ${taskColumns(tx)}`;
    await addEvent(tx, "task.created", id, {
      status: "queued",
      assigned_agent: task.assigned_agent,
      source: task.source,
      conversation_id: task.conversation_id,
    });
    await nudge(tx, "run_task", [id]);
    return { outcome: "created", task };
  });
}

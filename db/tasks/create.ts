import { audit } from "@/db/audit.ts";
import type { Sql } from "@/db/client.ts";
import { addMessage, getConversation, startConversation, titleOf } from "@/db/conversations.ts";
import { addEvent } from "@/db/events.ts";
import { isId, newId } from "@/db/ids.ts";
import { nudge } from "@/db/queue.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { type Task, taskColumns } from "@/db/tasks.ts";
import {
  decideProfile,
  messagesOf,
  type ProfileWish,
  readsOutsideText,
} from "@/db/tasks/profile.ts";
import { transaction } from "@/db/transaction.ts";

export interface NewTask extends Partial<ProfileWish> {
  prompt: string;
  assigned_agent: string;
  model: string | null;
  source: "chat" | "api";
  source_metadata?: Record<string, unknown>;
  /** Continues this conversation; a new one is started without it. */
  conversation_id?: string | null;
  session_id?: string | null;
  created_by: string | null;
}

export type CreateAnswer =
  | { outcome: "created"; task: Task }
  | { outcome: "unknown" }
  /** Text from outside is in the conversation, and nobody said that they trust it. */
  | { outcome: "outside_text" };

/** With the profile that `decideProfile` allows; `unknown`: there is no such conversation. */
export async function createTask(
  { sql }: { sql: Sql },
  wanted: NewTask,
): Promise<CreateAnswer> {
  const known = wanted.conversation_id ?? null;
  if (known !== null && !await getConversation({ sql }, known)) return { outcome: "unknown" };
  return await transaction(sql, async (tx): Promise<CreateAnswer> => {
    // Ids of one conversation are made in the order of its commits, so none is run before an
    // older one that is just being written.
    if (known) await tx`select from conversations where conversation_id = ${known} for update`;
    const outside = known !== null && await readsOutsideText(tx, { conversation_id: known });
    const { tool_profile = null, trust_outside_text = false } = wanted;
    const profile = decideProfile({ tool_profile, trust_outside_text }, outside);
    if (!profile.allowed) return { outcome: "outside_text" };
    const conversation_id = known ?? await startConversation(tx, {
      title: titleOf(wanted.prompt),
      source: wanted.source,
      created_by: wanted.created_by,
    });
    const task_id = newId();
    const raised_by = profile.is_raised ? named(wanted.created_by) : null;
    const [task] = await tx<Task[]>`
      insert into tasks (task_id, assigned_agent, model, tool_profile, profile_raised_by,
        profile_raised_over, source, source_metadata, conversation_id, session_id, input_message,
        flow_id, external_id)
      select ${task_id}, ${wanted.assigned_agent}, ${wanted.model}, ${profile.tool_profile},
        ${raised_by}, ${profile.is_raised ? messagesOf(tx, conversation_id) : null},
        ${wanted.source},
        ${storableJson(wanted.source_metadata ?? {})}::text::jsonb,
        ${conversation_id}, ${wanted.session_id ?? null}, ${storable(wanted.prompt)},
        f.flow_id, f.external_id
      from conversations c left join flows f using (flow_id)
      where c.conversation_id = ${conversation_id}
      returning ${taskColumns(tx)}`;
    await addMessage(tx, { conversation_id, role: "user", content: wanted.prompt, task_id });
    await announce(tx, task);
    return { outcome: "created", task };
  });
}

/** What is audited, and a raised profile, always has somebody who did it. */
const named = (name: string | null): string => name ?? "somebody without a name";

async function announce(tx: Sql, task: Task): Promise<void> {
  const { task_id, assigned_agent, source, conversation_id, tool_profile } = task;
  if (task.profile_raised_by !== null) {
    await audit(tx, {
      actor: task.profile_raised_by,
      action: "task.trust_outside_text",
      subject: task_id,
      detail: { tool_profile, conversation_id },
    });
  }
  const told = { status: "queued", assigned_agent, source, conversation_id };
  await addEvent(tx, "task.created", task_id, told);
  await nudge(tx, "run_task", [task_id]);
}

export type RetryAnswer =
  | { outcome: "created"; task: Task }
  | { outcome: "not_ended"; task: Task }
  | { outcome: "unknown" };

/** Where it reads text from outside it may only read, unless whoever asks raises it again. */
export async function retryTask(
  { sql }: { sql: Sql },
  task_id: string,
  by: { name: string; trust_outside_text?: boolean },
): Promise<RetryAnswer> {
  if (!isId(task_id)) return { outcome: "unknown" };
  return await transaction(sql, async (tx): Promise<RetryAnswer> => {
    const [old] = await tx<Task[]>`select ${taskColumns(tx)} from tasks where task_id = ${task_id}`;
    if (!old) return { outcome: "unknown" };
    if (!old.completed_at) return { outcome: "not_ended", task: old };
    const id = newId();
    const { tool_profile, is_raised } = await profileAgain(tx, old, by.trust_outside_text ?? false);
    const [task] = await tx<Task[]>`
      insert into tasks (task_id, assigned_agent, model, tool_profile, profile_raised_by,
        profile_raised_over, source, source_metadata, conversation_id, session_id, input_message,
        retry_of, flow_id, external_id, requires_repository, parent_task_id)
      select ${id}, assigned_agent, model, ${tool_profile}, ${is_raised ? by.name : null},
        ${is_raised ? messagesOf(tx, old.conversation_id) : null}, source, source_metadata,
        conversation_id, session_id, input_message, task_id, flow_id, external_id,
        requires_repository, parent_task_id from tasks where task_id = ${task_id}
      returning ${taskColumns(tx)}`;
    await announce(tx, task);
    return { outcome: "created", task };
  });
}

/** A retry names no profile: it gets that of the first try where it may, else `read`. */
async function profileAgain(tx: Sql, old: Task, trust_outside_text: boolean) {
  const outside = old.flow_id !== null || await readsOutsideText(tx, old);
  const decision = decideProfile({ tool_profile: old.tool_profile, trust_outside_text }, outside);
  return decision.allowed ? decision : { tool_profile: "read", is_raised: false };
}

import type { Sql } from "@/db/client.ts";
import { addMessage } from "@/db/conversations.ts";
import { addEvent } from "@/db/events.ts";
import { newId } from "@/db/ids.ts";
import { storable } from "@/db/storable.ts";
import type { Task } from "@/db/tasks.ts";

interface Unheard {
  input_id: string;
  message: string;
}

/** They become the conversation's next task or, where somebody stopped this one, a remark. */
export async function passOnUnheard(tx: Sql, task: Task): Promise<void> {
  const unheard = await tx<Unheard[]>`
    select input_id, message from task_inputs
    where task_id = ${task.task_id} and heard_at is null and next_task_id is null
    order by input_id`;
  if (unheard.length === 0) return;
  const message = unheard.map((input) => input.message).join("\n\n");
  if (task.status === "cancelled") await sayUnheard(tx, task, message);
  else await continueWith(tx, task, unheard, message);
}

async function sayUnheard(tx: Sql, task: Task, message: string): Promise<void> {
  await addMessage(tx, {
    conversation_id: task.conversation_id,
    role: "system",
    content: `The task was stopped before the agent read this: ${message}`,
    task_id: task.task_id,
  });
}

/** A profile that somebody raised for the run before is not raised for this one. */
async function continueWith(tx: Sql, task: Task, unheard: Unheard[], message: string) {
  const task_id = newId();
  await tx`
    insert into tasks (task_id, assigned_agent, model, tool_profile, source, source_metadata,
      requires_repository, conversation_id, session_id, input_message, flow_id, external_id,
      parent_task_id)
    select ${task_id}, assigned_agent, model,
      case when profile_raised_by is null then tool_profile else 'read' end, 'chat',
      source_metadata - 'reply_to', requires_repository, conversation_id, session_id,
      ${storable(message)}, flow_id, external_id, parent_task_id
    from tasks where task_id = ${task.task_id}`;
  await tx`
    update task_inputs set next_task_id = ${task_id}
    where input_id = any (${unheard.map((input) => input.input_id)}::uuid[])`;
  await addMessage(tx, {
    conversation_id: task.conversation_id,
    role: "user",
    content: message,
    task_id,
  });
  await addEvent(tx, "task.created", task_id, {
    status: "queued",
    assigned_agent: task.assigned_agent,
    source: "chat",
    conversation_id: task.conversation_id,
  });
}

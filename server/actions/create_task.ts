import { v4 } from "uuid";
import { taskPrompt } from "@/server/webhooks/prompt.ts";
import type { Action, ActionInput } from "./mod.ts";

/** A task for the command's agent. */
export const createTask: Action = (input) => {
  const { command, event, args, trust, task_id } = input;
  if (!task_id) return { tasks: [], replies: [] };
  const nonce = v4().slice(0, 8);
  const task = {
    task_id,
    assigned_agent: command.agent,
    model: null,
    tool_profile: command.tool_profile,
    input_message: taskPrompt({ instructions: command.instructions, event, args, trust, nonce }),
    message: `${command.name} ${args}`.trim(),
    source_metadata: sourceMetadata(input),
    requires_repository: command.requires_repository,
  };
  return { tasks: [task], replies: [] };
};

/** Where the task came from and where its answer goes, field by field. */
function sourceMetadata({ provider, event, command, trust, delivery_id }: ActionInput) {
  const { actor, container, object, reply_target } = event;
  return {
    provider,
    delivery_id,
    provider_delivery_id: event.provider_delivery_id,
    event_type: event.event_type,
    command: command.name,
    instance: event.instance,
    repository: container?.name ?? null,
    repository_id: container?.id ?? null,
    number: reply_target?.number ?? null,
    is_pull_request: reply_target?.is_pull_request ?? false,
    is_fork: event.is_fork,
    comment_id: reply_target?.comment_id ?? null,
    title: object?.title ?? null,
    url: event.text_url ?? object?.url ?? null,
    actor_id: actor.id,
    actor: actor.name,
    trust,
    reply_to: reply_target,
  };
}

import type { Command } from "@/server/webhooks/command.ts";
import type { CommandView } from "@/views/webhooks.ts";

/** A command as it is shown. Pure. */
export function commandView(command: Command, uses: Map<string, number>): CommandView {
  return {
    command_id: command.command_id,
    name: command.name,
    is_builtin: command.command_id === null,
    overrides_builtin: command.overrides_builtin,
    aliases: command.aliases,
    description: command.description,
    trigger: command.trigger,
    conditions: command.conditions,
    expression: command.expression,
    priority: command.priority,
    action: command.action,
    template: command.template,
    reaction: command.reaction,
    labels: command.labels,
    choices: command.choices,
    forward_url: command.forward_url,
    target_agent: command.target_agent,
    model: command.model,
    tool_profile: command.tool_profile,
    requires_approval: command.requires_approval,
    requires_repository: command.requires_repository,
    run_for: command.run_for,
    max_per_hour: command.max_per_hour,
    enabled: command.enabled,
    hourly_limit: command.hourly_limit,
    webhook_hourly_limit: command.webhook_hourly_limit,
    uses_last_hour: uses.get(command.use_key) ?? 0,
  };
}

import { specOf } from "@/db/nouns/command.ts";
import type { Command } from "@/server/webhooks/command.ts";
import type { CommandView } from "@/views/webhooks.ts";

/** A command as it is shown. Pure. */
export function commandView(command: Command, uses: Map<string, number>): CommandView {
  const { name, ...fields } = specOf(command);
  return {
    command_id: command.command_id,
    name,
    is_builtin: command.command_id === null,
    overrides_builtin: command.overrides_builtin,
    ...fields,
    hourly_limit: command.hourly_limit,
    webhook_hourly_limit: command.webhook_hourly_limit,
    uses_last_hour: uses.get(command.use_key) ?? 0,
  };
}

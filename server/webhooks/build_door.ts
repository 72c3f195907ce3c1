/** Settings and rows → a door. Pure. */
import type { Webhook, WebhookCommand } from "@/db/webhooks.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { builtinCommands, type BuiltinSpec } from "@/server/webhooks/builtin.ts";
import { type Command, type CommandSpec, hourlyLimits } from "@/server/webhooks/command.ts";
import { createVocabulary } from "@/server/webhooks/commands.ts";
import { compileCommand } from "@/server/webhooks/compile.ts";
import type { Door } from "@/server/webhooks/door.ts";
import { IT_IS_OFF } from "@/server/webhooks/match.ts";
import { commandSet, commandSetId } from "@/server/webhooks/traces.ts";

/** What a door is made of beside its rows. */
export interface DoorSettings {
  command_prefix: string;
  commands_per_hour: number | null;
  trusted_users: string[] | null;
  app_id: string | null;
  own_name: () => string | null;
  full_members: () => ReadonlySet<string> | null;
  /** called for each delivery: a secret that rotates ends one day */
  secrets: () => string[];
  secret_problem: string | null;
}

/** Puts a door together. */
export function buildDoor(
  provider: Provider,
  webhook: Webhook,
  rows: WebhookCommand[],
  settings: DoorSettings,
): Door {
  const { webhook_id, is_builtin, name, description, enabled } = webhook;
  const commands = commandsOf(webhook, rows, settings.commands_per_hour);
  return {
    ...{ provider, webhook_id, is_builtin, name, description, enabled, commands },
    path: is_builtin ? `/webhooks/${provider.name}` : `/webhooks/${provider.name}/${webhook_id}`,
    get secrets() {
      return settings.secrets();
    },
    secret_problem: settings.secret_problem,
    command_prefix: webhook.command_prefix ?? settings.command_prefix,
    default_command: webhook.default_command ?? "help",
    command_set: commandSetId(commandSet(commands)),
    vocabulary: createVocabulary(commands.filter((command) => command.enabled)),
    target_agent: webhook.target_agent,
    trusted_users: settings.trusted_users,
    full_members: settings.full_members,
    own_name: settings.own_name,
    app_id: settings.app_id,
  };
}

function commandsOf(webhook: Webhook, rows: WebhookCommand[], per_hour: number | null): Command[] {
  const stored = rows.map((row) => storedCommand(webhook, row, per_hour));
  const names = new Set(stored.map(({ name }) => name.toLowerCase()));
  const builtin = builtinCommands(webhook.provider)
    .filter(({ name }) => !names.has(name))
    .map((spec) => builtinCommand(webhook, spec, per_hour));
  return [...builtin, ...stored].sort((a, b) => a.priority - b.priority);
}

function builtinCommand(webhook: Webhook, spec: BuiltinSpec, per_hour: number | null): Command {
  return {
    ...command(webhook, spec, per_hour),
    ...{ line_start_only: spec.line_start_only, whole_texts: spec.whole_texts },
    enabled: webhook.builtin_commands[spec.name] ?? spec.enabled,
    instructions: spec.instructions,
    command_id: null,
    overrides_builtin: false,
  };
}

/** In the place of a built-in command it is asked for in the same way, and told the same. */
function storedCommand(webhook: Webhook, row: WebhookCommand, per_hour: number | null): Command {
  const spec = { ...(row.definition as unknown as CommandSpec), name: row.name };
  const builtin = builtinCommands(webhook.provider)
    .find(({ name }) => name === row.name.toLowerCase());
  return {
    ...command(webhook, spec, per_hour),
    ...{ line_start_only: builtin?.line_start_only ?? false },
    whole_texts: builtin?.whole_texts ?? [],
    instructions: spec.template ? "" : builtin?.instructions ?? "",
    command_id: row.command_id,
    overrides_builtin: builtin !== undefined,
  };
}

function command(webhook: Webhook, spec: CommandSpec, per_hour: number | null) {
  const compiled = compileCommand(spec);
  const starts_on = spec.trigger === null ? null : { text: `it starts on ${spec.trigger}` };
  return {
    ...spec,
    starts_on,
    reasons: [IT_IS_OFF, ...(starts_on ? [starts_on] : []), ...compiled.reasons()],
    use_key: `${webhook.webhook_id}:${spec.name.toLowerCase()}`,
    ...hourlyLimits(spec.max_per_hour ?? per_hour),
    compiled,
  };
}

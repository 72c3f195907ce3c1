import { commandSetOf } from "@/db/deliveries/command_sets.ts";
import type { WebhookCommand, WebhookRow } from "@/db/webhooks.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { builtinCommands, type BuiltinSpec } from "@/server/webhooks/builtin.ts";
import { type Command, hourlyLimits } from "@/server/webhooks/command.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import { createVocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import { compileCommand } from "@/server/webhooks/compile.ts";
import { mappingOf, repositoryOf } from "@/server/repositories/named.ts";
import type { RepositoryRef, WorkflowRules } from "@/db/nouns/workflow.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { IT_IS_OFF } from "@/server/webhooks/matching/match.ts";

export interface WebhookSettings {
  command_prefix: string;
  commands_per_hour: number | null;
  workflow_rules: WorkflowRules;
  /** REPOSITORIES; null: it is not set */
  repositories: string[] | null;
  /** those that any webhook of this process names */
  named_repositories: () => RepositoryRef[];
  trusted_users: string[] | null;
  app_id: string | null;
  own_name: () => string | null;
  full_members: () => ReadonlySet<string> | null;
  /** called for each delivery: while rotating, one ends at a time */
  secrets: () => string[];
  secret_problem: string | null;
}

export function buildWebhook(
  provider: Provider,
  row: WebhookRow,
  rows: WebhookCommand[],
  settings: WebhookSettings,
): Webhook {
  const { webhook_id, is_builtin, name, description, enabled } = row;
  const commands = commandsOf(row, rows, settings.commands_per_hour);
  return {
    provider,
    webhook_id,
    is_builtin,
    name,
    description,
    enabled,
    commands,
    path: is_builtin ? `/webhooks/${provider.name}` : `/webhooks/${provider.name}/${webhook_id}`,
    get secrets() {
      return settings.secrets();
    },
    secret_problem: settings.secret_problem,
    command_problem: commandProblem(rows),
    command_prefix: row.command_prefix ?? settings.command_prefix,
    default_command: row.default_command ?? "help",
    command_set: commandSetOf(commands).command_set,
    vocabulary: createVocabulary(commands.filter((command) => command.enabled)),
    target_agent: row.target_agent,
    repositories: {
      patterns: settings.repositories,
      named: settings.named_repositories,
      mapping: mappingOf(row),
      fallback: repositoryOf(row.repository),
    },
    workflow_rules: settings.workflow_rules,
    trusted_users: settings.trusted_users,
    full_members: settings.full_members,
    own_name: settings.own_name,
    app_id: settings.app_id,
  };
}

/** Which commands cannot be read: those are off, the others run. */
function commandProblem(rows: WebhookCommand[]): string | null {
  const unreadable = rows.flatMap(({ name, problems }) =>
    problems.map(({ path, message }) => `${name} (${path}: ${message})`)
  );
  if (unreadable.length === 0) return null;
  return `Some stored commands cannot be read and are off until they are mended: ` +
    unreadable.join("; ");
}

function commandsOf(row: WebhookRow, rows: WebhookCommand[], per_hour: number | null): Command[] {
  const stored = rows.map((stored) => storedCommand(row, stored, per_hour));
  const names = new Set(stored.map(({ name }) => name.toLowerCase()));
  const builtin = builtinCommands(row.provider)
    .filter(({ name }) => !names.has(name))
    .map((spec) => builtinCommand(row, spec, per_hour));
  return [...builtin, ...stored].sort((a, b) => a.priority - b.priority);
}

function builtinCommand(row: WebhookRow, spec: BuiltinSpec, per_hour: number | null): Command {
  return {
    ...command(row, spec, per_hour),
    line_start_only: spec.line_start_only,
    whole_texts: spec.whole_texts,
    enabled: row.builtin_commands[spec.name] ?? spec.enabled,
    instructions: spec.instructions,
    decides: spec.decides,
    command_id: null,
    overrides_builtin: false,
  };
}

/** In place of a built-in command it is asked for in the same way, and told the same. */
function storedCommand(row: WebhookRow, stored: WebhookCommand, per_hour: number | null): Command {
  const { spec } = stored;
  const builtin = builtinCommands(row.provider)
    .find(({ name }) => name === stored.name.toLowerCase());
  return {
    ...command(row, spec, per_hour),
    line_start_only: builtin?.line_start_only ?? false,
    whole_texts: builtin?.whole_texts ?? [],
    instructions: spec.template ? "" : builtin?.instructions ?? "",
    decides: null,
    command_id: stored.command_id,
    overrides_builtin: builtin !== undefined,
  };
}

function command(row: WebhookRow, spec: CommandSpec, per_hour: number | null) {
  const compiled = compileCommand(spec);
  const starts_on = spec.trigger === null ? null : { text: `it starts on ${spec.trigger}` };
  return {
    ...spec,
    starts_on,
    reasons: [IT_IS_OFF, ...(starts_on ? [starts_on] : []), ...compiled.reasons()],
    use_key: `${row.webhook_id}:${spec.name.toLowerCase()}`,
    ...hourlyLimits(spec.max_per_hour ?? per_hour),
    compiled,
  };
}

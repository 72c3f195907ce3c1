import { newId } from "@/db/ids.ts";
import type { WebhookCommand, WebhookRow } from "@/db/webhooks.ts";
import { workflowRules } from "@/db/nouns/workflow.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { buildWebhook, type WebhookSettings } from "@/server/webhooks/build.ts";
import { type CommandSpec, readStoredCommand } from "@/db/nouns/command.ts";
import type { Webhook, Webhooks } from "@/server/webhooks/webhook.ts";

export interface WebhookChange {
  webhook?: Partial<WebhookRow>;
  settings?: Partial<Omit<WebhookSettings, "secrets" | "own_name" | "full_members">>;
  secrets?: string[];
  own_name?: string | null;
  full_members?: string[] | null;
  /** Stored ones, with what is not said as it would be stored. */
  commands?: (Partial<CommandSpec> & { name: string })[];
}

/** A webhook as the server would put it together. */
export function webhookOf(provider: Provider, change: WebhookChange = {}): Webhook {
  const webhook = webhookRow(provider, change.webhook);
  const rows = (change.commands ?? []).map((spec) => commandRow(webhook.webhook_id, spec));
  return buildWebhook(provider, webhook, rows, {
    command_prefix: "@agent",
    commands_per_hour: null,
    workflow_rules: workflowRules.parse({ public_url: "http://127.0.0.1:8000" }),
    repositories: null,
    named_repositories: () => [],
    trusted_users: null,
    app_id: null,
    secret_problem: null,
    own_name: () => change.own_name ?? null,
    full_members: () => change.full_members ? new Set(change.full_members) : null,
    secrets: () => change.secrets ?? ["secret of the test"],
    ...change.settings,
  });
}

function webhookRow(provider: Provider, change: Partial<WebhookRow> = {}): WebhookRow {
  return {
    webhook_id: newId(),
    provider: provider.name,
    name: provider.title,
    description: "",
    is_builtin: true,
    enabled: true,
    command_prefix: null,
    default_command: null,
    target_agent: null,
    repository: null,
    repositories: [],
    callback_url: null,
    secret: null,
    previous_secret: null,
    previous_secret_until: null,
    builtin_commands: {},
    created_by: null,
    created_at: new Date(),
    updated_at: new Date(),
    ...change,
  };
}

function commandRow(
  webhook_id: string,
  { name, ...spec }: Partial<CommandSpec> & { name: string },
): WebhookCommand {
  return {
    command_id: newId(),
    webhook_id,
    name,
    created_by: null,
    definition: { ...spec },
    ...readStoredCommand(name, spec),
    created_at: new Date(),
    updated_at: new Date(),
  };
}

/** The webhooks that a receiver would find, for tests of the receiver alone. */
export function webhooksOf(...webhooks: Webhook[]): Pick<Webhooks, "builtin" | "created"> {
  return {
    builtin: (name) => webhooks.find((d) => d.is_builtin && d.provider.name === name) ?? null,
    created: (id) => webhooks.find((d) => !d.is_builtin && d.webhook_id === id) ?? null,
  };
}

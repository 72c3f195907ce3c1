import { listWebhooks, type WebhookRow } from "@/db/webhooks.ts";
import { usesLastHour, type WebhookStats, webhookStats } from "@/db/webhooks/stats.ts";
import type { AppDeps } from "@/server/env.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { type ActionName, ACTIONS } from "@/db/nouns/command_fields.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import { abilityErrors } from "@/server/webhooks/command_rules.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { commandView } from "@/server/verbs/commands/view.ts";
import { findCommand, findRow, findWebhook, webhookOf } from "@/server/verbs/webhooks/find.ts";
import type { CommandView, WebhookView } from "@/views/webhooks.ts";

const STATS_HOURS = 24;

/** One webhook as it is shown, by its id or, for a built-in one, its provider's name. Throws 404. */
export async function webhookView(deps: AppDeps, id: string): Promise<WebhookView> {
  const row = await findRow(deps, id);
  const webhook = await findWebhook(deps, row);
  const [stats, uses] = await Promise.all([
    webhookStats(deps.db, STATS_HOURS, row.webhook_id),
    usesLastHour(deps.db, limited([webhook])),
  ]);
  return viewOf(deps, row, webhook, stats, uses);
}

/** All webhooks as they are shown, built-in ones first. */
export async function listWebhookViews(deps: AppDeps): Promise<WebhookView[]> {
  const known = (await listWebhooks(deps.db)).filter(({ provider }) => providers.has(provider));
  const pairs = await Promise.all(
    known.map(async (row) => ({ row, webhook: await webhookOf(deps, row) })),
  );
  const there = pairs.flatMap(({ row, webhook }) => webhook ? [{ row, webhook }] : []);
  const [stats, uses] = await Promise.all([
    webhookStats(deps.db, STATS_HOURS),
    usesLastHour(deps.db, limited(there.map(({ webhook }) => webhook))),
  ]);
  return there.map(({ row, webhook }) => viewOf(deps, row, webhook, stats, uses));
}

/** One command of a webhook as it is shown, by its id or name. Throws 404. */
export async function oneCommandView(deps: AppDeps, id: string, cmd: string): Promise<CommandView> {
  const webhook = await findWebhook(deps, await findRow(deps, id));
  const command = findCommand(webhook, cmd);
  return commandView(command, await usesLastHour(deps.db, [command.use_key]));
}

/** What commands can do at a provider: the others are refused when they are stored. Pure. */
export const actionsAt = (provider: Pick<Provider, "title" | "abilities">): ActionName[] =>
  ACTIONS.filter((action) =>
    abilityErrors(provider, { action, reaction: null } as CommandSpec).length === 0
  );

const limited = (webhooks: Webhook[]): string[] =>
  webhooks.flatMap(({ commands }) => commands)
    .filter(({ hourly_limit }) => hourly_limit !== null)
    .map(({ use_key }) => use_key);

function viewOf(
  { config }: AppDeps,
  row: WebhookRow,
  webhook: Webhook,
  stats: Map<string, WebhookStats>,
  uses: Map<string, number>,
): WebhookView {
  const { webhook_id, provider, name, description, is_builtin, enabled } = row;
  const shut = enabled ? webhook.secret_problem : "it is switched off: enable it";
  return {
    webhook_id,
    provider,
    name,
    description,
    is_builtin,
    enabled,
    problem: shut ?? webhook.command_problem,
    provider_title: webhook.provider.title,
    sender: webhook.provider.sender ?? webhook.provider.title,
    has_callback: webhook.provider.has_callback ?? false,
    is_open: shut === null,
    address: config.public_url + webhook.path,
    command_prefix: row.command_prefix ?? config.command_prefix,
    own_command_prefix: row.command_prefix,
    default_command: row.default_command,
    target_agent: row.target_agent,
    repository: row.repository,
    repositories: row.repositories,
    callback_url: row.callback_url,
    actions: actionsAt(webhook.provider),
    event_types: [...webhook.provider.event_types],
    commands: webhook.commands.map((command) => commandView(command, uses)),
    stats: stats.get(webhook_id) ?? NO_STATS,
    created_by: row.created_by,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

const NO_STATS: WebhookStats = {
  hours: STATS_HOURS,
  received: 0,
  accepted: 0,
  ignored: 0,
  duplicate: 0,
  refused: 0,
  invalid: 0,
  at_least: [],
  answer_ms_p50: null,
  answer_ms_p99: null,
  last_received_at: null,
};

import { listWebhooks, type Webhook } from "@/db/webhooks.ts";
import { type DoorStats, doorStats, usesLastHour } from "@/db/webhooks/stats.ts";
import type { AppDeps } from "@/server/env.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { type ActionName, ACTIONS, type CommandSpec } from "@/server/webhooks/command.ts";
import { abilityErrors } from "@/server/webhooks/command_rules.ts";
import type { Door } from "@/server/webhooks/door.ts";
import { commandView } from "@/server/webhooks/verbs/command_view.ts";
import { doorOf, findCommand, findDoor, findWebhook } from "@/server/webhooks/verbs/find.ts";
import type { CommandView, WebhookView } from "@/views/webhooks.ts";

const STATS_HOURS = 24;

/** One webhook as it is shown, by its id or, for a built-in one, its provider's name. Throws 404. */
export async function webhookView(deps: AppDeps, id: string): Promise<WebhookView> {
  const webhook = await findWebhook(deps, id);
  const door = await findDoor(deps, webhook);
  const [stats, uses] = await Promise.all([
    doorStats(deps.db, STATS_HOURS, webhook.webhook_id),
    usesLastHour(deps.db, limited([door])),
  ]);
  return viewOf(deps, webhook, door, stats, uses);
}

/** All webhooks as they are shown, built-in ones first. */
export async function listWebhookViews(deps: AppDeps): Promise<WebhookView[]> {
  const known = (await listWebhooks(deps.db)).filter(({ provider }) => providers.has(provider));
  const pairs = await Promise.all(
    known.map(async (webhook) => ({ webhook, door: await doorOf(deps, webhook) })),
  );
  const there = pairs.flatMap(({ webhook, door }) => door ? [{ webhook, door }] : []);
  const [stats, uses] = await Promise.all([
    doorStats(deps.db, STATS_HOURS),
    usesLastHour(deps.db, limited(there.map(({ door }) => door))),
  ]);
  return there.map(({ webhook, door }) => viewOf(deps, webhook, door, stats, uses));
}

/** One command of a webhook as it is shown, by its id or name. Throws 404. */
export async function oneCommandView(deps: AppDeps, id: string, cmd: string): Promise<CommandView> {
  const door = await findDoor(deps, await findWebhook(deps, id));
  const command = findCommand(door, cmd);
  return commandView(command, await usesLastHour(deps.db, [command.use_key]));
}

/** What commands can do at a provider: the others are refused when they are stored. Pure. */
export const actionsAt = (provider: Pick<Provider, "title" | "abilities">): ActionName[] =>
  ACTIONS.filter((action) =>
    abilityErrors(provider, { action, reaction: null } as CommandSpec).length === 0
  );

const limited = (doors: Door[]): string[] =>
  doors.flatMap(({ commands }) => commands)
    .filter(({ hourly_limit }) => hourly_limit !== null)
    .map(({ use_key }) => use_key);

function viewOf(
  { config }: AppDeps,
  webhook: Webhook,
  door: Door,
  stats: Map<string, DoorStats>,
  uses: Map<string, number>,
): WebhookView {
  const { webhook_id, provider, name, description, is_builtin, enabled } = webhook;
  const problem = enabled ? door.secret_problem : "it is switched off: enable it";
  return {
    ...{ webhook_id, provider, name, description, is_builtin, enabled, problem },
    provider_title: door.provider.title,
    is_open: problem === null,
    address: config.public_url + door.path,
    command_prefix: webhook.command_prefix ?? config.command_prefix,
    own_command_prefix: webhook.command_prefix,
    default_command: webhook.default_command,
    target_agent: webhook.target_agent,
    callback_url: webhook.callback_url,
    actions: actionsAt(door.provider),
    event_types: [...door.provider.event_types],
    commands: door.commands.map((command) => commandView(command, uses)),
    stats: stats.get(webhook_id) ?? NO_STATS,
    created_by: webhook.created_by,
    created_at: webhook.created_at,
    updated_at: webhook.updated_at,
  };
}

const NO_STATS: DoorStats = {
  ...{ hours: STATS_HOURS, received: 0, accepted: 0, ignored: 0, duplicate: 0 },
  refused: 0,
  invalid: 0,
  at_least: [],
  answer_ms_p50: null,
  answer_ms_p99: null,
  last_received_at: null,
};

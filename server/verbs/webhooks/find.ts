import { getWebhook, type WebhookRow } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import type { Command } from "@/server/webhooks/command.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

/** The row of a webhook, by its id or, for a built-in one, its provider's name. Throws 404. */
export async function findRow({ db }: Pick<AppDeps, "db">, id: string): Promise<WebhookRow> {
  const row = await getWebhook(db, id);
  // a row of a provider that this version does not know is as good as none
  if (!row || !providers.has(row.provider)) throw unknown("webhook", id);
  return row;
}

/** The webhook of a row. One that another process has just made is read first. Throws 404. */
export async function findWebhook(
  deps: Pick<AppDeps, "webhooks">,
  row: WebhookRow,
): Promise<Webhook> {
  const webhook = await webhookOf(deps, row);
  if (!webhook) throw unknown("webhook", row.webhook_id);
  return webhook;
}

/** The same; null when it has just been removed. */
export async function webhookOf(
  { webhooks }: Pick<AppDeps, "webhooks">,
  { webhook_id, provider, is_builtin }: WebhookRow,
): Promise<Webhook | null> {
  const find = () => is_builtin ? webhooks.builtin(provider) : webhooks.created(webhook_id);
  const webhook = find();
  if (webhook) return webhook;
  await webhooks.reload(webhook_id);
  return find();
}

/** A command of a webhook, by its id or its name. Throws 404. */
export function findCommand({ commands }: Pick<Webhook, "commands">, cmd: string): Command {
  const found = commands.find(({ command_id, name }) =>
    command_id === cmd.toLowerCase() || name.toLowerCase() === cmd.toLowerCase()
  );
  if (!found) throw unknown("command", cmd);
  return found;
}

export const providerOf = ({ provider }: Pick<WebhookRow, "provider">): Provider =>
  providers.get(provider)!;

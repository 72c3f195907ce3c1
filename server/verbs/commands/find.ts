import { listWebhookCommands, type WebhookCommand, type WebhookRow } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";

export interface FoundCommand {
  webhook: WebhookRow;
  name: string;
  /** Null: it is built in, and no stored one stands in its place. */
  stored: WebhookCommand | null;
}

/** A command of a webhook, by its id or its name. Throws 404. */
export async function findStored(
  deps: Pick<AppDeps, "db">,
  id: string,
  cmd: string,
): Promise<FoundCommand> {
  const webhook = await findRow(deps, id);
  const commands = await listWebhookCommands(deps.db, webhook.webhook_id);
  const word = cmd.toLowerCase();
  const stored = commands.find(({ command_id, name }) =>
    command_id === word || name.toLowerCase() === word
  );
  if (stored) return { webhook, name: stored.name, stored };
  const builtin = builtinCommands(webhook.provider).find(({ name }) => name === word);
  if (!builtin) throw unknown("command", cmd);
  return { webhook, name: builtin.name, stored: null };
}

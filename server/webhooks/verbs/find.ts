import { getWebhook, type Webhook } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import type { Command } from "@/server/webhooks/command.ts";
import type { Door } from "@/server/webhooks/door.ts";

/** The row of a webhook, by its id or, for a built-in one, its provider's name. Throws 404. */
export async function findWebhook({ db }: Pick<AppDeps, "db">, id: string): Promise<Webhook> {
  const webhook = await getWebhook(db, id);
  // a row of a provider that this version does not know is as good as none
  if (!webhook || !providers.has(webhook.provider)) throw unknown("webhook", id);
  return webhook;
}

/** The door of a row. One that another process has just made is read first. Throws 404. */
export async function findDoor(deps: Pick<AppDeps, "doors">, webhook: Webhook): Promise<Door> {
  const door = await doorOf(deps, webhook);
  if (!door) throw unknown("webhook", webhook.webhook_id);
  return door;
}

/** The same; null when it has just been removed. */
export async function doorOf(
  { doors }: Pick<AppDeps, "doors">,
  { webhook_id, provider, is_builtin }: Webhook,
): Promise<Door | null> {
  const find = () => is_builtin ? doors.builtin(provider) : doors.created(webhook_id);
  const door = find();
  if (door) return door;
  await doors.reload();
  return find();
}

/** A command of a door, by its id or its name. Throws 404. */
export function findCommand({ commands }: Pick<Door, "commands">, cmd: string): Command {
  const found = commands.find(({ command_id, name }) =>
    command_id === cmd.toLowerCase() || name.toLowerCase() === cmd.toLowerCase()
  );
  if (!found) throw unknown("command", cmd);
  return found;
}

/** The provider of a row that `findWebhook` found. */
export const providerOf = ({ provider }: Pick<Webhook, "provider">): Provider =>
  providers.get(provider)!;

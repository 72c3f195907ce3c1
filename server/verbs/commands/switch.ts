import type { Sql } from "@/db/client.ts";
import { changeCommands, updateWebhook } from "@/db/webhooks.ts";
import { unknown } from "@/server/errors.ts";
import { findStored, type FoundCommand } from "@/server/verbs/commands/find.ts";
import { verb, type Work } from "@/server/verbs/verb.ts";
import { oneCommandView } from "@/server/verbs/webhooks/view.ts";
import type { CommandView } from "@/views/webhooks.ts";

interface Which {
  id: string;
  cmd: string;
}

const switching = (enabled: boolean) =>
async (
  { deps, commit }: Work,
  { id, cmd }: Which,
): Promise<CommandView> => {
  const found = await findStored(deps, id, cmd);
  const { name, webhook: { webhook_id } } = found;
  const command_id = found.stored?.command_id ?? null;
  await commit(async (sql) => {
    await write(sql, found, enabled);
    return { subject: webhook_id, detail: { command_id, name }, value: undefined };
  });
  await deps.webhooks.reload(webhook_id);
  return await oneCommandView(deps, webhook_id, command_id ?? name);
};

/** Switches a command on, built in or stored. Throws 404. */
export const enableCommand = verb("webhook.command.enable", "operator", switching(true));

/** Switches a command off, built in or stored. Throws 404. */
export const disableCommand = verb("webhook.command.disable", "operator", switching(false));

async function write(
  sql: Sql,
  { webhook: { webhook_id }, name, stored: before }: FoundCommand,
  enabled: boolean,
): Promise<void> {
  if (!before) {
    await updateWebhook({ sql }, webhook_id, { builtin_commands: { [name]: enabled } });
    return;
  }
  const { command_id } = before;
  await changeCommands({ sql }, webhook_id, (stored) => {
    const row = stored.find((row) => row.command_id === command_id);
    if (!row) throw unknown("command", command_id);
    const { name, definition } = row;
    return { replace: [{ command_id, name, definition: { ...definition, enabled } }] };
  });
}

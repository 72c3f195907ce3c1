import { audit } from "@/db/audit.ts";
import { changeCommands, updateWebhook, type WebhookRow } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { findCommand, findRow, findWebhook } from "@/server/verbs/webhooks/find.ts";
import { oneCommandView } from "@/server/verbs/webhooks/view.ts";
import type { CommandView } from "@/views/webhooks.ts";

/**
 * Switches a command on or off, built in or stored.
 * @throws HttpProblem 404
 */
export async function switchCommand(
  deps: AppDeps,
  who: string,
  id: string,
  cmd: string,
  enabled: boolean,
): Promise<CommandView> {
  const row = await findRow(deps, id);
  const { command_id, name } = findCommand(await findWebhook(deps, row), cmd);
  if (command_id === null) {
    await updateWebhook(deps.db, row.webhook_id, { builtin_commands: { [name]: enabled } });
  } else {
    await switchStored(deps, row, command_id, enabled);
  }
  await audit(deps.db, {
    actor: who,
    action: `webhook.command.${enabled ? "enable" : "disable"}`,
    subject: row.webhook_id,
    detail: { command_id, name },
  });
  await deps.webhooks.reload();
  return await oneCommandView(deps, row.webhook_id, command_id ?? name);
}

async function switchStored(
  { db }: AppDeps,
  { webhook_id }: WebhookRow,
  command_id: string,
  enabled: boolean,
): Promise<void> {
  await changeCommands(db, webhook_id, (stored) => {
    const row = stored.find((row) => row.command_id === command_id);
    if (!row) throw unknown("command", command_id);
    const { name, definition } = row;
    return { replace: [{ command_id, name, definition: { ...definition, enabled } }] };
  });
}

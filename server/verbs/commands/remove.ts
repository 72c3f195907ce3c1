import { audit } from "@/db/audit.ts";
import { changeCommands } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { conflict, unknown } from "@/server/errors.ts";
import { keepsDefault } from "@/server/verbs/commands/default_command.ts";
import { findCommand, findRow, findWebhook } from "@/server/verbs/webhooks/find.ts";

/**
 * Removes a stored command. Where it stood in the place of a built-in one, that one is back.
 * @throws HttpProblem 404, 409 for a built-in command
 */
export async function removeCommand(
  deps: AppDeps,
  who: string,
  id: string,
  cmd: string,
): Promise<void> {
  const row = await findRow(deps, id);
  const { command_id, name } = findCommand(await findWebhook(deps, row), cmd);
  if (command_id === null) {
    throw conflict(`${name} is built in: it can be overridden or switched off, not removed.`);
  }
  const ids = await changeCommands(deps.db, row.webhook_id, (stored) => {
    const others = stored.filter((row) => row.command_id !== command_id);
    if (others.length === stored.length) throw unknown("command", cmd);
    keepsDefault(row, others);
    return { remove: [command_id] };
  });
  if (!ids) throw unknown("webhook", id);
  await audit(deps.db, {
    actor: who,
    action: "webhook.command.remove",
    subject: row.webhook_id,
    detail: { command_id, name },
  });
  await deps.webhooks.reload();
}

import { audit } from "@/db/audit.ts";
import { changeCommands } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { checkedCommand, rowsToAdd } from "@/server/verbs/commands/stored.ts";
import { oneCommandView } from "@/server/verbs/webhooks/view.ts";
import type { CommandView } from "@/views/webhooks.ts";

/**
 * Stores a command at a webhook; under the name of a built-in one, it stands in its place.
 * @throws HttpProblem 404, 409 when a command of that name is stored, 422
 */
export async function addCommand(
  deps: AppDeps,
  who: string,
  id: string,
  input: unknown,
): Promise<CommandView> {
  const row = await findRow(deps, id);
  const spec = await checkedCommand(deps, row, input);
  const at = () => "";
  const ids = await changeCommands(deps.db, row.webhook_id, (stored) => ({
    add: rowsToAdd(row.provider, stored, [spec], { who, at }),
  }));
  if (!ids) throw unknown("webhook", id);
  await audit(deps.db, {
    actor: who,
    action: "webhook.command.add",
    subject: row.webhook_id,
    detail: { command_id: ids[0], name: spec.name, action: spec.action },
  });
  await deps.webhooks.reload();
  return await oneCommandView(deps, row.webhook_id, ids[0]);
}

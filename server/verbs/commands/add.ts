import { changeCommands } from "@/db/webhooks.ts";
import { unknown } from "@/server/errors.ts";
import { checkedCommand, rowsToAdd } from "@/server/verbs/commands/stored.ts";
import { verb } from "@/server/verbs/verb.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { oneCommandView } from "@/server/verbs/webhooks/view.ts";
import type { CommandView } from "@/views/webhooks.ts";

/** Stores a command; one of a built-in's name stands in its place. Throws 404, 422, 409: taken. */
export const addCommand = verb(
  "webhook.command.add",
  "admin",
  async (
    { deps, actor, commit },
    { id, command }: { id: string; command: unknown },
  ): Promise<CommandView> => {
    const { webhook_id, provider } = await findRow(deps, id);
    const spec = await checkedCommand(deps, provider, command);
    const by = { who: actor.name, at: () => "" };
    const command_id = await commit(async (sql) => {
      const ids = await changeCommands({ sql }, webhook_id, (stored) => ({
        add: rowsToAdd(provider, stored, [spec], by),
      }));
      if (!ids) throw unknown("webhook", id);
      const detail = { command_id: ids[0], name: spec.name, action: spec.action };
      return { subject: webhook_id, detail, value: ids[0] };
    });
    await deps.webhooks.reload(webhook_id);
    return await oneCommandView(deps, webhook_id, command_id);
  },
);

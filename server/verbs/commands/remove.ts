import { changeCommands } from "@/db/webhooks.ts";
import { conflict, unknown } from "@/server/errors.ts";
import { keepsDefault } from "@/server/verbs/commands/default_command.ts";
import { findStored } from "@/server/verbs/commands/find.ts";
import { verb } from "@/server/verbs/verb.ts";

/** A built-in command that it overrode is back. Throws 404; 409: built in, or the default one. */
export const removeCommand = verb(
  "webhook.command.remove",
  "admin",
  async ({ deps, commit }, { id, cmd }: { id: string; cmd: string }): Promise<void> => {
    const { webhook, name, stored: before } = await findStored(deps, id, cmd);
    if (!before) {
      throw conflict(`${name} is built in: it can be overridden or switched off, not removed.`);
    }
    const { command_id, webhook_id } = before;
    await commit(async (sql) => {
      const ids = await changeCommands({ sql }, webhook_id, (stored) => {
        const others = stored.filter((row) => row.command_id !== command_id);
        if (others.length === stored.length) throw unknown("command", cmd);
        keepsDefault(webhook, others);
        return { remove: [command_id] };
      });
      if (!ids) throw unknown("webhook", id);
      return { subject: webhook_id, detail: { command_id, name }, value: undefined };
    });
    await deps.webhooks.reload(webhook_id);
  },
);

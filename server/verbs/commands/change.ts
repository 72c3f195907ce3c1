import { changeCommands, type WebhookCommand } from "@/db/webhooks.ts";
import { conflict, unknown } from "@/server/errors.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import { wrong } from "@/server/verbs/checked.ts";
import { clashes } from "@/server/verbs/commands/clashes.ts";
import { keepsDefault } from "@/server/verbs/commands/default_command.ts";
import { findStored } from "@/server/verbs/commands/find.ts";
import { checkedCommand, namedOf, rowOf } from "@/server/verbs/commands/stored.ts";
import { verb } from "@/server/verbs/verb.ts";
import { oneCommandView } from "@/server/verbs/webhooks/view.ts";
import type { CommandView } from "@/views/webhooks.ts";

export interface CommandChange {
  id: string;
  cmd: string;
  change: unknown;
}

/** What the change does not name stays as it is. Throws 404, 422; 409: built in, or name taken. */
export const changeCommand = verb(
  "webhook.command.change",
  "admin",
  async ({ deps, commit }, { id, cmd, change }: CommandChange): Promise<CommandView> => {
    const { webhook, name, stored: before } = await findStored(deps, id, cmd);
    if (!before) {
      throw conflict(
        `${name} is built in: add a command of that name to override it, or switch it off.`,
      );
    }
    const spec = await checkedCommand(deps, webhook.provider, changed(before, change));
    const { command_id, webhook_id } = before;
    await commit(async (sql) => {
      const ids = await changeCommands({ sql }, webhook_id, (stored) => {
        const others = stored.filter((row) => row.command_id !== command_id);
        if (others.length === stored.length) throw unknown("command", cmd);
        refuseClashes(webhook.provider, others, spec);
        keepsDefault(webhook, others, [spec]);
        return { replace: [{ command_id, ...rowOf(spec) }] };
      });
      if (!ids) throw unknown("webhook", id);
      const detail = { command_id, name: spec.name, action: spec.action };
      return { subject: webhook_id, detail, value: undefined };
    });
    await deps.webhooks.reload(webhook_id);
    return await oneCommandView(deps, webhook_id, command_id);
  },
);

function refuseClashes(provider: string, others: WebhookCommand[], spec: CommandSpec): void {
  const name = spec.name.toLowerCase();
  if (others.some((other) => other.name.toLowerCase() === name)) {
    throw conflict(`This webhook has another stored command of the name ${spec.name}.`);
  }
  const errors = clashes(provider, others.map(namedOf), spec);
  if (errors.length > 0) throw wrong(errors);
}

function changed({ name, definition }: WebhookCommand, change: unknown): unknown {
  if (typeof change !== "object" || change === null || Array.isArray(change)) return change;
  return { ...definition, name, ...change };
}

import { audit } from "@/db/audit.ts";
import {
  changeCommands,
  listWebhookCommands,
  type WebhookCommand,
  type WebhookRow,
} from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { conflict, unknown } from "@/server/errors.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import { wrong } from "@/server/verbs/checked.ts";
import { clashes } from "@/server/verbs/commands/clashes.ts";
import { keepsDefault } from "@/server/verbs/commands/default_command.ts";
import { findCommand, findRow, findWebhook } from "@/server/verbs/webhooks/find.ts";
import { checkedCommand, namedOf, rowOf } from "@/server/verbs/commands/stored.ts";
import { oneCommandView } from "@/server/verbs/webhooks/view.ts";
import type { CommandView } from "@/views/webhooks.ts";

/**
 * Changes a stored command: what the input does not name stays as it is.
 * @throws HttpProblem 404, 409 for a built-in command and for a name that is taken, 422
 */
export async function changeCommand(
  deps: AppDeps,
  who: string,
  id: string,
  cmd: string,
  input: unknown,
): Promise<CommandView> {
  const row = await findRow(deps, id);
  const { command_id, name } = findCommand(await findWebhook(deps, row), cmd);
  if (command_id === null) {
    throw conflict(
      `${name} is built in: add a command of that name to override it, or switch it off.`,
    );
  }
  const wanted = await changed(deps, row, command_id, input);
  const spec = await checkedCommand(deps, row, wanted);
  const ids = await changeCommands(deps.db, row.webhook_id, (stored) => {
    const others = stored.filter((row) => row.command_id !== command_id);
    if (others.length === stored.length) throw unknown("command", cmd);
    refuse(row.provider, others, spec);
    keepsDefault(row, others, [spec]);
    return { replace: [{ command_id, ...rowOf(spec) }] };
  });
  if (!ids) throw unknown("webhook", id);
  await audit(deps.db, {
    actor: who,
    action: "webhook.command.change",
    subject: row.webhook_id,
    detail: { command_id, name: spec.name, action: spec.action },
  });
  await deps.webhooks.reload();
  return await oneCommandView(deps, row.webhook_id, command_id);
}

function refuse(provider: string, others: WebhookCommand[], spec: CommandSpec): void {
  const name = spec.name.toLowerCase();
  if (others.some((other) => other.name.toLowerCase() === name)) {
    throw conflict(`This webhook has another stored command of the name ${spec.name}.`);
  }
  const errors = clashes(provider, others.map(namedOf), spec);
  if (errors.length > 0) throw wrong(errors);
}

/** What is stored, with what is to be different. */
async function changed(
  { db }: AppDeps,
  { webhook_id }: WebhookRow,
  command_id: string,
  input: unknown,
): Promise<unknown> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const stored = await listWebhookCommands(db, webhook_id);
  const row = stored.find((row) => row.command_id === command_id);
  if (!row) throw unknown("command", command_id);
  return { ...row.definition, name: row.name, ...input };
}

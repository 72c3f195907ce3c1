import type { WebhookCommand, WebhookRow } from "@/db/webhooks.ts";
import { conflict } from "@/server/errors.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";
import type { Named } from "@/server/verbs/commands/clashes.ts";

/** True when a webhook of this provider with these stored commands has one of that name. Pure. */
export const hasCommand = (provider: string, stored: Pick<Named, "name">[], name: string) =>
  [...builtinCommands(provider), ...stored]
    .some((command) => command.name.toLowerCase() === name.toLowerCase());

/** Throws 409 when the command that a mention alone asks for would be gone. */
export function keepsDefault(
  { provider, default_command }: Pick<WebhookRow, "provider" | "default_command">,
  stored: WebhookCommand[],
  added: Pick<Named, "name">[] = [],
): void {
  if (default_command === null) return;
  if (hasCommand(provider, [...stored, ...added], default_command)) return;
  throw conflict(
    `${default_command} is the webhook's default command: choose another default_command first.`,
  );
}

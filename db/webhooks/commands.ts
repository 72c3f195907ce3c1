import type { Sql } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";
import { storableJson } from "@/db/storable.ts";
import { type CommandSpec, type FieldProblem, readStoredCommand } from "@/db/nouns/command.ts";
import { changing } from "@/db/webhooks/changing.ts";

export interface WebhookCommand {
  command_id: string;
  webhook_id: string;
  name: string;
  /** Everything but the name, as it is stored. */
  definition: Record<string, unknown>;
  /** The same as this version reads it. */
  spec: CommandSpec;
  /** Why it cannot be read; empty when it can. */
  problems: FieldProblem[];
  created_by: string | null;
  created_at: Date;
  updated_at: Date;
}

export interface NewCommand {
  name: string;
  definition: Record<string, unknown>;
  created_by: string | null;
}

/** What is to be written of a webhook's commands, in one go. */
export interface CommandWrites {
  add?: NewCommand[];
  replace?: { command_id: string; name: string; definition: Record<string, unknown> }[];
  remove?: string[];
}

/** The stored commands of a webhook, or of several, in the order in which they were made. */
export async function listWebhookCommands(
  { sql }: { sql: Sql },
  webhook: string | string[],
): Promise<WebhookCommand[]> {
  const rows = await sql<Omit<WebhookCommand, "spec" | "problems">[]>`
    select * from webhook_commands where webhook_id = any (${[webhook].flat().filter(isId)})
    order by webhook_id, command_id`;
  return rows.map((row) => Object.assign(row, readStoredCommand(row.name, row.definition)));
}

/**
 * Changes the commands of a webhook as `decide` says, which is given those that are stored, under a
 * lock. Returns the ids of those that were added; null when there is no such webhook.
 */
export async function changeCommands(
  { sql }: { sql: Sql },
  webhook_id: string,
  decide: (stored: WebhookCommand[]) => CommandWrites,
): Promise<string[] | null> {
  return await changing(sql, webhook_id, async (tx) => {
    const [webhook] = await tx`
      select from webhooks where webhook_id = ${webhook_id} for update`;
    if (!webhook) return null;
    const writes = decide(await listWebhookCommands({ sql: tx }, webhook_id));
    return await write(tx, webhook_id, writes);
  });
}

async function write(tx: Sql, webhook_id: string, writes: CommandWrites): Promise<string[]> {
  const { add = [], replace = [], remove = [] } = writes;
  if (remove.length > 0) {
    await tx`
      delete from webhook_commands
      where webhook_id = ${webhook_id} and command_id = any (${remove})`;
  }
  for (const { command_id, name, definition } of replace) {
    await tx`
      update webhook_commands set name = ${name}, updated_at = now(),
        definition = ${storableJson(definition)}::text::jsonb
      where webhook_id = ${webhook_id} and command_id = ${command_id}`;
  }
  const ids: string[] = [];
  for (const command of add) ids.push(await insertCommand(tx, webhook_id, command));
  return ids;
}

export async function insertCommand(
  tx: Sql,
  webhook_id: string,
  { name, definition, created_by }: NewCommand,
): Promise<string> {
  const command_id = newId();
  await tx`
    insert into webhook_commands (command_id, webhook_id, name, definition, created_by)
    values (${command_id}, ${webhook_id}, ${name}, ${storableJson(definition)}::text::jsonb,
      ${created_by})`;
  return command_id;
}

import type { Database, Sql } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";
import { readWebhook, type WebhookRow, type WebhookSettings } from "@/db/nouns/webhook.ts";
import type { Seal } from "@/db/process/seal.ts";
import { closeQuestions } from "@/db/questions.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { changing } from "@/db/webhooks/changing.ts";
import { insertCommand, type NewCommand } from "@/db/webhooks/commands.ts";

export {
  changeCommands,
  type CommandWrites,
  listWebhookCommands,
  type NewCommand,
  type WebhookCommand,
} from "@/db/webhooks/commands.ts";

export type { WebhookRow };

export type WebhookChange = Partial<WebhookSettings & Pick<WebhookRow, "builtin_commands">>;

/** What a secret is sealed for: it opens for that alone. */
export const secretPlace = (webhook_id: string): string => `webhook:${webhook_id}`;

/** Makes sure that each provider's built-in webhook has its row. */
export async function ensureBuiltinWebhooks(
  { sql }: Database,
  webhooks: { provider: string; name: string }[],
): Promise<void> {
  const rows = webhooks.map((webhook) => ({ ...webhook, webhook_id: newId(), is_builtin: true }));
  await sql`insert into webhooks ${sql(rows)} on conflict (provider) where is_builtin do nothing`;
}

/** Every webhook, or those of these ids: built-in ones first, then the oldest first. */
export async function listWebhooks(
  { sql }: Pick<Database, "sql">,
  webhook_ids?: string[],
): Promise<WebhookRow[]> {
  const rows = await sql<WebhookRow[]>`
    select * from webhooks ${webhook_ids ? sql`where webhook_id = any (${webhook_ids})` : sql``}
    order by is_builtin desc, webhook_id`;
  return rows.map(readWebhook);
}

/** One webhook by its id, or a built-in one by its provider's name. Null when there is none. */
export async function getWebhook(
  { sql }: Database,
  id_or_name: string,
): Promise<WebhookRow | null> {
  const [row] = isId(id_or_name)
    ? await sql<WebhookRow[]>`select * from webhooks where webhook_id = ${id_or_name}`
    : await sql<WebhookRow[]>`
        select * from webhooks where is_builtin and provider = ${storable(id_or_name)}`;
  return row ? readWebhook(row) : null;
}

export interface NewWebhook extends WebhookSettings {
  provider: string;
  /** In the clear: sealed here. */
  secret: string;
  created_by: string | null;
}

/** Stores a created webhook with its commands, whose names must differ; returns its id. */
export async function createWebhook(
  { sql }: { sql: Sql },
  seal: Seal,
  { secret, ...fields }: NewWebhook,
  commands: NewCommand[],
): Promise<string> {
  const webhook_id = newId();
  await changing(sql, webhook_id, async (tx) => {
    const row = {
      ...fields,
      webhook_id,
      name: storable(fields.name),
      description: storable(fields.description),
      secret: seal.seal(secret, secretPlace(webhook_id)),
    };
    await tx`insert into webhooks ${tx(row)}`;
    for (const command of commands) await insertCommand(tx, webhook_id, command);
  });
  return webhook_id;
}

export async function updateWebhook(
  { sql }: { sql: Sql },
  webhook_id: string,
  change: WebhookChange,
): Promise<boolean> {
  const { builtin_commands, ...fields } = change;
  return await changing(sql, webhook_id, async (tx) => {
    const { count } = await tx`
      update webhooks set ${
      tx({ ...JSON.parse(storableJson(fields)), updated_at: new Date() } as Record<string, unknown>)
    }${
      builtin_commands
        ? tx`, builtin_commands = builtin_commands || ${
          storableJson(builtin_commands)
        }::text::jsonb`
        : tx``
    } where webhook_id = ${webhook_id}`;
    return count > 0;
  });
}

const ROTATION_HOURS = 24;

/** Gives a created webhook a new secret; the one before is accepted for another day. */
export async function rotateSecret(
  { sql }: { sql: Sql },
  seal: Seal,
  webhook_id: string,
  secret: string,
): Promise<void> {
  await changing(sql, webhook_id, async (tx) => {
    await tx`
      update webhooks set previous_secret = secret,
        previous_secret_until = now() + ${ROTATION_HOURS} * interval '1 hour',
        secret = ${seal.seal(secret, secretPlace(webhook_id))}, updated_at = now()
      where webhook_id = ${webhook_id} and not is_builtin`;
  });
}

/** Removes a created webhook, and closes what it asked: another webhook would take the answer. */
export async function deleteWebhook({ sql }: { sql: Sql }, webhook_id: string): Promise<boolean> {
  return await changing(sql, webhook_id, async (tx) => {
    const { count } = await tx`
      delete from webhooks where webhook_id = ${webhook_id} and not is_builtin`;
    if (count > 0) await closeQuestions(tx, webhook_id);
    return count > 0;
  });
}

/** The secret of a created webhook in the clear; null when there is none that can be opened. */
export async function webhookSecret(
  db: Database,
  seal: Seal,
  webhook_id: string,
): Promise<string | null> {
  const webhook = await getWebhook(db, webhook_id);
  return webhook?.secret ? seal.open(webhook.secret, secretPlace(webhook_id)) : null;
}

import { notify } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import type { Seal } from "@/db/process/seal.ts";
import { secretPlace } from "@/db/webhooks.ts";

const SECRETS_CHANGED = "held_secrets";
/** A process says again and again what it holds; what nobody holds any more is forgotten. */
const FORGOTTEN_AFTER_DAYS = 14;

const placeOf = (fingerprint: string): string => `held_secret:${fingerprint}`;

export async function publishSecrets(
  { sql }: Database,
  seal: Seal,
  secrets: Record<string, string>,
): Promise<void> {
  const rows = Object.entries(secrets).map(([name, value]) => {
    const fingerprint = seal.fingerprint(value);
    return { fingerprint, name, sealed: seal.seal(value, placeOf(fingerprint)) };
  });
  const distinct = [...new Map(rows.map((row) => [row.fingerprint, row])).values()]
    .sort((a, b) => a.fingerprint < b.fingerprint ? -1 : 1);
  await sql.begin(async (tx) => {
    await tx`
      delete from held_secrets
      where seen_at < now() - ${FORGOTTEN_AFTER_DAYS} * interval '1 day'`;
    if (distinct.length === 0) return;
    const stored = await tx<{ is_new: boolean }[]>`
      insert into held_secrets ${tx(distinct)}
      on conflict (fingerprint) do update set seen_at = now()
      returning xmax = 0 as is_new`;
    if (stored.some(({ is_new }) => is_new)) await notify(tx, "settings", SECRETS_CHANGED);
  });
}

/** What can be opened of them, and the names of those that were sealed with another SECRET_KEY. */
export async function readSecrets(
  { sql }: Database,
  seal: Seal,
): Promise<{ secrets: string[]; unreadable: string[] }> {
  const rows = await sql<{ fingerprint: string; name: string; sealed: Uint8Array }[]>`
    select fingerprint, name, sealed from held_secrets order by name`;
  const opened = rows.map(({ fingerprint, name, sealed }) => ({
    name,
    value: seal.open(sealed, placeOf(fingerprint)),
  }));
  return {
    secrets: opened.flatMap(({ value }) => value ?? []),
    unreadable: opened.filter(({ value }) => value === null).map(({ name }) => name),
  };
}

export async function readWebhookSecrets(
  { sql }: Database,
  seal: Seal,
): Promise<{ secrets: string[]; webhook_ids: string[] }> {
  const rows = await sql<
    { webhook_id: string; secret: Uint8Array | null; previous_secret: Uint8Array | null }[]
  >`select webhook_id, secret, previous_secret from webhooks`;
  const opened = rows.flatMap(({ webhook_id, secret, previous_secret }) =>
    [secret, previous_secret].map((sealed) => sealed && seal.open(sealed, secretPlace(webhook_id)))
  );
  return {
    secrets: opened.filter((secret) => secret !== null),
    webhook_ids: rows.map(({ webhook_id }) => webhook_id),
  };
}

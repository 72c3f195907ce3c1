import { notify } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { storableJson } from "@/db/storable.ts";

/** What one process learned and others need. Values are JSON. */
export interface Settings {
  /** Our own login at GitHub, learned from the token. */
  github_login: string;
}

/** The value, or null when nobody has stored one. */
export async function getSetting<Name extends keyof Settings>(
  { sql }: Database,
  name: Name,
): Promise<Settings[Name] | null> {
  const [row] = await sql<{ value: Settings[Name] }[]>`
    select value from settings where name = ${name}`;
  return row?.value ?? null;
}

/** Stores a value and tells the processes that keep it in memory. */
export async function putSetting<Name extends keyof Settings>(
  { sql }: Database,
  name: Name,
  value: Settings[Name],
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      insert into settings (name, value) values (${name}, ${storableJson(value)}::text::jsonb)
      on conflict (name) do update set value = excluded.value, updated_at = now()`;
    await notify(tx, "settings", name);
  });
}

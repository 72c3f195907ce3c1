import { notify } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { type OwnName, readSetting, type Settings } from "@/db/nouns/setting.ts";
import { storableJson } from "@/db/storable.ts";

export type { OwnName, Settings };

export async function getSetting<Name extends keyof Settings>(
  { sql }: Database,
  name: Name,
): Promise<Settings[Name] | null> {
  const [row] = await sql<{ value: unknown }[]>`
    select value from settings where name = ${name}`;
  return row ? readSetting(name, row.value) : null;
}

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

export async function putOwnName(
  { sql }: Database,
  provider: string,
  who: OwnName,
): Promise<void> {
  await sql.begin(async (tx) => {
    const value = storableJson({ [provider]: who });
    await tx`
      insert into settings (name, value) values ('own_names', ${value}::text::jsonb)
      on conflict (name) do update set value = settings.value || excluded.value,
        updated_at = now()`;
    await notify(tx, "settings", "own_names");
  });
}

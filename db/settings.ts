import { notify } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { storableJson } from "@/db/storable.ts";

/** Who we are at a provider. */
export interface OwnName {
  id: string;
  /** what we are mentioned by */
  name: string;
}

/** What one process learned and others need. Values are JSON. */
export interface Settings {
  /** Who we are at each provider, learned from its token. */
  own_names: Record<string, OwnName>;
  /** Ids of a provider's full members, where what is posted does not say who is one. */
  [full_members: `${string}_full_members`]: { ids: string[]; learned_at: string };
  /** A delivery id: accepted ones before it have no body any more. */
  bodies_removed_until: string;
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

/** Stores who we are at one provider, beside what is known of the others. */
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

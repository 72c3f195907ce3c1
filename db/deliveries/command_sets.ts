import { createHash } from "node:crypto";
import type { Database } from "@/db/client.ts";
import type { TracedCommand } from "@/db/deliveries/traces.ts";
import { storedCommandSet } from "@/db/nouns/delivery.ts";
import { storableJson } from "@/db/storable.ts";

/** The commands of a webhook as its deliveries name them; stored once, never changed. */
export interface CommandSet {
  command_set: string;
  commands: TracedCommand[];
}

/** Names a set by a hash of what is in it. */
export function commandSetOf(commands: TracedCommand[]): CommandSet {
  const traced = commands.map(({ name, reasons }) => ({ name, reasons }));
  const hash = createHash("sha256").update(JSON.stringify(traced)).digest("hex");
  return { command_set: hash.slice(0, 32), commands: traced };
}

/** Keeps sets that are not there yet. */
export async function saveCommandSets({ sql }: Database, sets: CommandSet[]): Promise<void> {
  await sql`
    insert into command_sets (command_set, commands)
    select command_set, commands
    from jsonb_to_recordset(${storableJson(sets)}::text::jsonb)
      as s (command_set text, commands jsonb)
    on conflict do nothing`;
}

/** The commands of each set, by its name. */
export async function commandSets(
  { sql }: Database,
  names: (string | null)[],
): Promise<Map<string | null, TracedCommand[]>> {
  const wanted = [...new Set(names)].filter((name) => name !== null);
  if (wanted.length === 0) return new Map();
  const sets = await sql<CommandSet[]>`
    select command_set, commands from command_sets where command_set = any (${wanted})`;
  return new Map(
    sets.map(({ command_set, commands }) => [command_set, storedCommandSet.parse(commands)]),
  );
}

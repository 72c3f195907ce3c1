import type { Database } from "@/db/client.ts";

/** Of these commands, which did not run for a delivery, and why, as the commit decided. */
export async function whyRefused(
  { sql }: Database,
  delivery_id: string,
  names: string[],
): Promise<Map<string, string>> {
  const rows = await sql<{ name: string; reason: string }[]>`
    select c ->> 'name' as name, c ->> 'reason' as reason
    from deliveries d, jsonb_array_elements(d.commands) c
    where d.delivery_id = ${delivery_id} and not (c ->> 'matched')::boolean
      and c ->> 'name' = any (${names})`;
  return new Map(rows.map(({ name, reason }) => [name, reason]));
}

/** Takes a remark back that turned out untrue, and makes another one instead. */
export async function changeNote(
  { sql }: Database,
  delivery_id: string,
  note: string,
  instead: string | null,
): Promise<void> {
  await sql`
    update deliveries
    set notes = (notes - ${note}) || to_jsonb(array_remove(array[${instead}::text], null))
    where delivery_id = ${delivery_id} and notes ? ${note}`;
}

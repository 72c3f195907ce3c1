import type { Sql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { storableJson } from "@/db/storable.ts";

/** Notes who did what to what. Rows are never changed or removed: the table refuses it. */
export async function audit(
  sql: Sql,
  entry: { actor: string; action: string; subject?: string; detail?: Record<string, unknown> },
): Promise<void> {
  await sql`
    insert into audit (audit_id, actor, action, subject, detail)
    values (${newId()}, ${entry.actor}, ${entry.action}, ${entry.subject ?? null},
      ${storableJson(entry.detail ?? {})}::text::jsonb)`;
}

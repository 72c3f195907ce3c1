import type { Sql, TransactionSql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { storableJson } from "@/db/storable.ts";
import { transaction } from "@/db/transaction.ts";

export interface AuditEntry {
  actor: string;
  action: string;
  subject?: string;
  detail?: Record<string, unknown>;
}

/** Notes who did what to what. Rows are never changed or removed: the table refuses it. */
export async function audit(sql: Sql, entry: AuditEntry): Promise<void> {
  await sql`
    insert into audit (audit_id, actor, action, subject, detail)
    values (${newId()}, ${entry.actor}, ${entry.action}, ${entry.subject ?? null},
      ${storableJson(entry.detail ?? {})}::text::jsonb)`;
}

/** Writes something and the line that tells of it in one transaction; no line where that is null. */
export async function audited<Value>(
  { sql }: { sql: Sql },
  write: (tx: TransactionSql) => Promise<{ entry: AuditEntry | null; value: Value }>,
): Promise<Value> {
  return await transaction(sql, async (tx) => {
    const { entry, value } = await write(tx);
    if (entry) await audit(tx, entry);
    return value;
  });
}

import type { Database, TransactionSql } from "@/db/client.ts";

const TAKEN_BACK = Symbol("taken back");

/**
 * Does `work` in a transaction and takes it back: its connection has planned the statements then,
 * and the process has run through them. No row, job or notification is left. `work` is given a
 * database that is this transaction.
 */
export async function rehearse(
  db: Database,
  work: (db: Database) => Promise<unknown>,
): Promise<void> {
  const once = async (tx: TransactionSql) => {
    await work({ ...db, sql: tx as unknown as Database["sql"] });
    await tx`set constraints all immediate`;
    throw TAKEN_BACK;
  };
  await db.sql.begin(once).catch((error) => {
    if (error !== TAKEN_BACK) throw error;
  });
}

import type { Database, TransactionSql } from "@/db/client.ts";

const TAKEN_BACK = Symbol("taken back");

/** Makes the plans of a connection: `work` gets a transaction that is taken back. */
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

import type { Sql, TransactionSql } from "@/db/client.ts";

/** Runs a change in the caller's transaction, or else in one of its own. */
export async function transaction<Result>(
  sql: Sql,
  change: (tx: TransactionSql) => Promise<Result>,
): Promise<Result> {
  return "begin" in sql ? await sql.begin(change) as Result : await change(sql);
}

import { notify } from "@/db/channels.ts";
import type { Database, Sql } from "@/db/client.ts";

/** Payload of the channel `settings`. */
export const WEBHOOKS_CHANGED = "webhooks";

/**
 * Runs a change of webhooks in a transaction, and tells every process that keeps webhooks in memory
 * with its commit.
 */
export async function changing<T>(
  sql: Database["sql"],
  change: (tx: Sql) => Promise<T>,
): Promise<T> {
  return await sql.begin(async (tx) => {
    const result = await change(tx);
    await notify(tx, "settings", WEBHOOKS_CHANGED);
    return result;
  }) as T;
}

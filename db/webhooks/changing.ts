import { notify } from "@/db/channels.ts";
import type { Sql } from "@/db/client.ts";
import { transaction } from "@/db/transaction.ts";

const PREFIX = "webhook:";

/** Runs a change of a webhook; its commit tells every process that keeps webhooks in memory. */
export async function changing<Result>(
  sql: Sql,
  webhook_id: string,
  change: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  return await transaction(sql, async (tx) => {
    const result = await change(tx);
    await notify(tx, "settings", PREFIX + webhook_id);
    return result;
  });
}

/** The webhook that an announcement on the channel `settings` is about, or null. */
export const changedWebhook = (payload: string): string | null =>
  payload.startsWith(PREFIX) ? payload.slice(PREFIX.length) : null;

import { deleteWebhook } from "@/db/webhooks.ts";
import { conflict, unknown } from "@/server/errors.ts";
import { verb } from "@/server/verbs/verb.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";

/** Removes a created webhook with its commands; its deliveries stay. Throws 404; 409: built in. */
export const removeWebhook = verb(
  "webhook.remove",
  "admin",
  async ({ deps, commit }, { id }: { id: string }): Promise<void> => {
    const { webhook_id, provider, name, is_builtin } = await findRow(deps, id);
    if (is_builtin) throw conflict(`${name} is built in: it can be disabled, not removed.`);
    await commit(async (sql) => {
      if (!await deleteWebhook({ sql }, webhook_id)) throw unknown("webhook", id);
      return { subject: webhook_id, detail: { provider, name }, value: undefined };
    });
    await deps.webhooks.reload(webhook_id);
  },
);

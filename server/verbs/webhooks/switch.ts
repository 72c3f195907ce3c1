import { updateWebhook } from "@/db/webhooks.ts";
import { unknown } from "@/server/errors.ts";
import { verb, type Work } from "@/server/verbs/verb.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { webhookView } from "@/server/verbs/webhooks/view.ts";
import type { WebhookView } from "@/views/webhooks.ts";

const switching =
  (enabled: boolean) =>
  async ({ deps, commit }: Work, { id }: { id: string }): Promise<WebhookView> => {
    const { webhook_id } = await findRow(deps, id);
    await commit(async (sql) => {
      if (!await updateWebhook({ sql }, webhook_id, { enabled })) throw unknown("webhook", id);
      return { subject: webhook_id, value: undefined };
    });
    await deps.webhooks.reload(webhook_id);
    return await webhookView(deps, webhook_id);
  };

/** Opens a webhook. Throws 404. */
export const enableWebhook = verb("webhook.enable", "operator", switching(true));

/** Shuts a webhook: its deliveries are refused. Throws 404. */
export const disableWebhook = verb("webhook.disable", "operator", switching(false));

import { audit } from "@/db/audit.ts";
import { updateWebhook } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { webhookView } from "@/server/verbs/webhooks/view.ts";
import type { WebhookView } from "@/views/webhooks.ts";

/**
 * Switches a webhook on or off. Throws 404.
 */
export async function switchWebhook(
  deps: AppDeps,
  who: string,
  id: string,
  enabled: boolean,
): Promise<WebhookView> {
  const { webhook_id } = await findRow(deps, id);
  if (!await updateWebhook(deps.db, webhook_id, { enabled })) throw unknown("webhook", id);
  const action = `webhook.${enabled ? "enable" : "disable"}`;
  await audit(deps.db, { actor: who, action, subject: webhook_id });
  await deps.webhooks.reload();
  return await webhookView(deps, webhook_id);
}

import { audit } from "@/db/audit.ts";
import type { AppDeps } from "@/server/env.ts";
import { giveSecret } from "@/server/verbs/webhooks/change.ts";
import { checked } from "@/server/verbs/checked.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { NewSecret } from "@/server/verbs/webhooks/schema.ts";
import { webhookView } from "@/server/verbs/webhooks/view.ts";
import type { WebhookView } from "@/views/webhooks.ts";

/**
 * Gives a created webhook a new secret, the given one or one made up, and returns it: here and
 * never again. The one before is accepted for another 24 hours.
 * @throws HttpProblem 404, 422
 */
export async function rotateSecret(
  deps: AppDeps,
  who: string,
  id: string,
  input: unknown = {},
): Promise<{ webhook: WebhookView; secret: string }> {
  const row = await findRow(deps, id);
  const secret = await giveSecret(deps, row, checked(NewSecret, input).secret);
  await audit(deps.db, { actor: who, action: "webhook.secret", subject: row.webhook_id });
  await deps.webhooks.reload();
  return { webhook: await webhookView(deps, row.webhook_id), secret };
}

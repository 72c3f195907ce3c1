import { audit } from "@/db/audit.ts";
import { deleteWebhook } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { conflict, unknown } from "@/server/errors.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";

/**
 * Removes a created webhook with its commands. Its deliveries stay.
 * @throws HttpProblem 404, 409 for a built-in one
 */
export async function removeWebhook(deps: AppDeps, who: string, id: string): Promise<void> {
  const { webhook_id, provider, name, is_builtin } = await findRow(deps, id);
  if (is_builtin) throw conflict(`${name} is built in: it can be disabled, not removed.`);
  if (!await deleteWebhook(deps.db, webhook_id)) throw unknown("webhook", id);
  await audit(deps.db, {
    actor: who,
    action: "webhook.remove",
    subject: webhook_id,
    detail: { provider, name },
  });
  await deps.webhooks.reload();
}

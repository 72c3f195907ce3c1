import { audit } from "@/db/audit.ts";
import {
  listWebhookCommands,
  rotateSecret,
  updateWebhook,
  type WebhookChange as Fields,
  type WebhookRow,
} from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { checked, wrong } from "@/server/verbs/checked.ts";
import { findRow, providerOf } from "@/server/verbs/webhooks/find.ts";
import { WebhookChange } from "@/server/verbs/webhooks/schema.ts";
import { sealOf, secretFor } from "@/server/verbs/webhooks/secrets.ts";
import { webhookView } from "@/server/verbs/webhooks/view.ts";
import { webhookErrors } from "@/server/verbs/webhooks/problems.ts";
import type { WebhookView } from "@/views/webhooks.ts";

/**
 * Changes a webhook: what the input does not name stays as it is. A new `secret` of a created one
 * takes the place of the old, which is accepted for another 24 hours.
 * @throws HttpProblem 404, 422
 */
export async function changeWebhook(
  deps: AppDeps,
  who: string,
  id: string,
  input: unknown,
): Promise<WebhookView> {
  const row = await findRow(deps, id);
  const { secret, ...fields } = checked(WebhookChange, input);
  const stored = await listWebhookCommands(deps.db, row.webhook_id);
  const errors = await webhookErrors(deps, row.provider, fields, stored);
  if (errors.length > 0) throw wrong(errors);
  if (secret !== undefined) await giveSecret(deps, row, secret);
  if (!await updateWebhook(deps.db, row.webhook_id, given(fields))) {
    throw unknown("webhook", id);
  }
  await audit(deps.db, {
    actor: who,
    action: "webhook.change",
    subject: row.webhook_id,
    detail: { ...given(fields), ...(secret !== undefined && { secret: "changed" }) },
  });
  await deps.webhooks.reload();
  return await webhookView(deps, row.webhook_id);
}

/** Gives a created webhook a new secret, its own or one made up; returns it. Throws 422. */
export async function giveSecret(
  deps: AppDeps,
  row: WebhookRow,
  given: string | undefined,
): Promise<string> {
  const provider = providerOf(row);
  if (row.is_builtin) {
    const message = `the secret of a built-in webhook is in the setting ${provider.secret_setting}`;
    throw wrong([{ path: "secret", message }]);
  }
  const secret = secretFor(provider, given);
  await rotateSecret(deps.db, sealOf(deps), row.webhook_id, secret);
  return secret;
}

const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

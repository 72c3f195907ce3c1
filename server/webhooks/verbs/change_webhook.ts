import { audit } from "@/db/audit.ts";
import {
  listWebhookCommands,
  rotateSecret,
  updateWebhook,
  type Webhook,
  type WebhookChange as Fields,
} from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { checked, wrong } from "@/server/webhooks/verbs/checked.ts";
import { findWebhook, providerOf } from "@/server/webhooks/verbs/find.ts";
import { WebhookChange } from "@/server/webhooks/verbs/schema.ts";
import { sealOf, secretFor } from "@/server/webhooks/verbs/secrets.ts";
import { webhookView } from "@/server/webhooks/verbs/view.ts";
import { webhookErrors } from "@/server/webhooks/verbs/webhook_errors.ts";
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
  const webhook = await findWebhook(deps, id);
  const { secret, ...fields } = checked(WebhookChange, input);
  const stored = await listWebhookCommands(deps.db, webhook.webhook_id);
  const errors = await webhookErrors(deps, webhook.provider, fields, stored);
  if (errors.length > 0) throw wrong(errors);
  if (secret !== undefined) await giveSecret(deps, webhook, secret);
  if (!await updateWebhook(deps.db, webhook.webhook_id, given(fields))) {
    throw unknown("webhook", id);
  }
  await audit(deps.db, {
    ...{ actor: who, action: "webhook.change", subject: webhook.webhook_id },
    detail: { ...given(fields), ...(secret !== undefined && { secret: "changed" }) },
  });
  await deps.doors.reload();
  return await webhookView(deps, webhook.webhook_id);
}

/** Gives a created webhook a new secret, its own or one made up; returns it. Throws 422. */
export async function giveSecret(
  deps: AppDeps,
  webhook: Webhook,
  given: string | undefined,
): Promise<string> {
  const provider = providerOf(webhook);
  if (webhook.is_builtin) {
    const message = `the secret of a built-in webhook is in the setting ${provider.secret_setting}`;
    throw wrong([{ path: "secret", message }]);
  }
  const secret = secretFor(provider, given);
  await rotateSecret(deps.db, sealOf(deps), webhook.webhook_id, secret);
  return secret;
}

const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

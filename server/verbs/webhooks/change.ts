import {
  listWebhookCommands,
  rotateSecret,
  updateWebhook,
  type WebhookChange as Fields,
} from "@/db/webhooks.ts";
import { unknown } from "@/server/errors.ts";
import { checked, wrong } from "@/server/verbs/checked.ts";
import { verb } from "@/server/verbs/verb.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { webhookErrors } from "@/server/verbs/webhooks/problems.ts";
import { WebhookChange } from "@/server/verbs/webhooks/schema.ts";
import { newSecret, sealOf } from "@/server/verbs/webhooks/secrets.ts";
import { webhookView } from "@/server/verbs/webhooks/view.ts";
import type { WebhookView } from "@/views/webhooks.ts";

/** What is not named stays; an old secret is accepted for another 24 hours. Throws 404, 422. */
export const changeWebhook = verb(
  "webhook.change",
  "admin",
  async (
    { deps, commit },
    { id, change }: { id: string; change: unknown },
  ): Promise<WebhookView> => {
    const row = await findRow(deps, id);
    const { webhook_id, provider } = row;
    const { secret: given, ...named } = checked(WebhookChange, change);
    const fields = said(named);
    const stored = await listWebhookCommands(deps.db, webhook_id);
    const errors = await webhookErrors(deps, provider, fields, stored);
    if (errors.length > 0) throw wrong(errors);
    const secret = given === undefined ? null : newSecret(row, given);
    await commit(async (sql) => {
      if (secret !== null) await rotateSecret({ sql }, sealOf(deps), webhook_id, secret);
      if (!await updateWebhook({ sql }, webhook_id, fields)) throw unknown("webhook", id);
      const detail = secret === null ? fields : { ...fields, secret: "changed" };
      return { subject: webhook_id, detail, value: undefined };
    });
    await deps.webhooks.reload(webhook_id);
    return await webhookView(deps, webhook_id);
  },
);

const said = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

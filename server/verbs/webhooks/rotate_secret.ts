import { rotateSecret as store } from "@/db/webhooks.ts";
import { checked } from "@/server/verbs/checked.ts";
import { verb } from "@/server/verbs/verb.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { NewSecret } from "@/server/verbs/webhooks/schema.ts";
import { newSecret, sealOf } from "@/server/verbs/webhooks/secrets.ts";
import { webhookView } from "@/server/verbs/webhooks/view.ts";
import type { WebhookView } from "@/views/webhooks.ts";

export interface RotatedSecret {
  webhook: WebhookView;
  /** In the clear, here and never again. */
  secret: string;
}

/** The given secret, or one made up; the old one is accepted for 24 hours. Throws 404, 422. */
export const rotateSecret = verb(
  "webhook.secret",
  "admin",
  async (
    { deps, commit },
    { id, given }: { id: string; given: unknown },
  ): Promise<RotatedSecret> => {
    const row = await findRow(deps, id);
    const { webhook_id } = row;
    const secret = newSecret(row, checked(NewSecret, given).secret);
    await commit(async (sql) => {
      await store({ sql }, sealOf(deps), webhook_id, secret);
      return { subject: webhook_id, value: undefined };
    });
    await deps.webhooks.reload(webhook_id);
    return { webhook: await webhookView(deps, webhook_id), secret };
  },
);

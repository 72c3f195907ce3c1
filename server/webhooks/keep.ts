import { getLogger } from "@logtape/logtape";
import { listen } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { ensureBuiltinWebhooks } from "@/db/webhooks.ts";
import { changedWebhook } from "@/db/webhooks/changing.ts";
import type { ServerConfig } from "@/server/config.ts";
import { noteOutage } from "@/server/outage.ts";
import { providers } from "@/server/providers/mod.ts";
import { KeptWebhooks } from "@/server/webhooks/keep/kept_webhooks.ts";
import type { Webhooks } from "@/server/webhooks/webhook.ts";

const log = getLogger(["agent", "server"]);

/**
 * All webhooks of this process, kept up to date: one is read again when somebody changes it, here or
 * in another process, and all are after a lost connection, when announcements may have been missed.
 */
export async function keepWebhooks(
  db: Database,
  config: ServerConfig,
): Promise<Webhooks & { stop(): Promise<void> }> {
  const kept = new KeptWebhooks(db, config);
  await ensureBuiltinWebhooks(
    db,
    [...providers.values()].map(({ name, title }) => ({ provider: name, name: title })),
  );
  await kept.reload();
  const later = (reading: Promise<void>) => {
    reading.catch((error) => {
      if (!noteOutage(db, error)) log.error("cannot read the webhooks: {error}", { error });
    });
  };
  const heard = (payload: string) => {
    const webhook_id = changedWebhook(payload);
    later(webhook_id ? kept.reload(webhook_id) : kept.learned.read());
  };
  const stop = await listen(db, "settings", heard, () => later(kept.reload()));
  return Object.assign(kept, { stop });
}

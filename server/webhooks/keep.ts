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

/** All webhooks of this process: each is read again when somebody changes it, here or elsewhere. */
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
  const changes = new Changes((webhook_ids) => later(kept.reload(webhook_ids)));
  const heard = (payload: string) => {
    const webhook_id = changedWebhook(payload);
    if (webhook_id) changes.add(webhook_id);
    else later(kept.reload()); // a setting, or what a process of another version announces
  };
  const unlisten = await listen(db, "settings", heard, () => later(kept.reload()));
  const stop = async () => {
    await unlisten();
    changes.stop();
  };
  return Object.assign(kept, { stop });
}

/** Changes seldom come alone: these are read together. */
const TOGETHER_MS = 50;

class Changes {
  readonly #announced = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly read: (webhook_ids: string[]) => void) {}

  add(webhook_id: string): void {
    this.#announced.add(webhook_id);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.read([...this.#announced]);
      this.#announced.clear();
    }, TOGETHER_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

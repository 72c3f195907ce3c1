import type { Database } from "@/db/client.ts";
import { commandSetOf, saveCommandSets } from "@/db/deliveries/command_sets.ts";
import { coalesced } from "@/db/process/coalesced.ts";
import { listWebhookCommands, listWebhooks, type WebhookRow } from "@/db/webhooks.ts";
import { webhookVersions } from "@/db/webhooks/versions.ts";
import type { ServerConfig } from "@/server/config.ts";
import { providers } from "@/server/providers/mod.ts";
import { buildWebhook } from "@/server/webhooks/build.ts";
import { Learned } from "@/server/webhooks/keep/learned.ts";
import { settingsFrom } from "@/server/webhooks/keep/settings.ts";
import { namedBy } from "@/server/repositories/named.ts";
import type { Webhook, Webhooks } from "@/server/webhooks/webhook.ts";

interface Kept {
  version: string;
  /** Null: this version of the program does not know its provider. */
  webhook: Webhook | null;
}

/** All webhooks of this process. Those that are unchanged stay as they were compiled. */
export class KeptWebhooks implements Webhooks {
  readonly #learned: Learned;
  readonly #settingsOf: ReturnType<typeof settingsFrom>;
  readonly #kept = new Map<string, Kept>();
  #builtin = new Map<string, Webhook>();
  #created = new Map<string, Webhook>();
  /** What the next reading reads; null: everything. */
  #stale: Set<string> | null = new Set();

  constructor(private readonly db: Database, config: ServerConfig) {
    this.#learned = new Learned(db);
    this.#settingsOf = settingsFrom(config, this.#learned, () => namedBy(this.all()));
  }

  builtin(provider: string): Webhook | null {
    return this.#builtin.get(provider) ?? null;
  }

  created(webhook_id: string): Webhook | null {
    return this.#created.get(webhook_id) ?? null;
  }

  all(): Webhook[] {
    return [...this.#builtin.values(), ...this.#created.values()];
  }

  async reload(webhook_ids?: string | string[]): Promise<void> {
    if (webhook_ids === undefined) this.#stale = null;
    else for (const id of [webhook_ids].flat()) this.#stale?.add(id);
    await this.#read();
  }

  readonly #read = coalesced(async () => {
    const stale = this.#stale;
    this.#stale = new Set();
    try {
      if (!stale) await this.#learned.read();
      await this.#readWebhooks(stale ? [...stale] : undefined);
    } catch (error) {
      this.#stale = stale && this.#stale && stale.union(this.#stale);
      throw error;
    }
  });

  async #readWebhooks(webhook_ids?: string[]): Promise<void> {
    // before the rows: what is changed meanwhile is newer than its version, and so read again
    const versions = await webhookVersions(this.db, webhook_ids);
    const changed = [...versions.keys()]
      .filter((id) => versions.get(id) !== this.#kept.get(id)?.version);
    const built = changed.length === 0 ? new Map() : await this.#build(changed);
    for (const id of webhook_ids ?? this.#kept.keys()) if (!versions.has(id)) this.#kept.delete(id);
    for (const id of changed) {
      const webhook = built.get(id);
      if (webhook === undefined) this.#kept.delete(id);
      else this.#kept.set(id, { version: versions.get(id)!, webhook });
    }
    this.#index();
  }

  async #build(webhook_ids: string[]): Promise<Map<string, Webhook | null>> {
    const [rows, stored] = await Promise.all([
      listWebhooks(this.db, webhook_ids),
      listWebhookCommands(this.db, webhook_ids),
    ]);
    const commands = Map.groupBy(stored, ({ webhook_id }) => webhook_id);
    const build = (row: WebhookRow) => {
      const provider = providers.get(row.provider);
      const of = commands.get(row.webhook_id) ?? [];
      return provider ? buildWebhook(provider, row, of, this.#settingsOf(provider, row)) : null;
    };
    const built = new Map(rows.map((row) => [row.webhook_id, build(row)]));
    const webhooks = [...built.values()].filter((webhook) => webhook !== null);
    await saveCommandSets(this.db, webhooks.map(({ commands }) => commandSetOf(commands)));
    return built;
  }

  /** Ids sort by time: the oldest come first. */
  #index(): void {
    const webhooks = [...this.#kept.values()].flatMap(({ webhook }) => webhook ?? [])
      .sort((a, b) => a.webhook_id < b.webhook_id ? -1 : 1);
    const of = (is_builtin: boolean) => webhooks.filter((one) => one.is_builtin === is_builtin);
    this.#builtin = new Map(of(true).map((webhook) => [webhook.provider.name, webhook]));
    this.#created = new Map(of(false).map((webhook) => [webhook.webhook_id, webhook]));
  }
}

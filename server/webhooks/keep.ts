import { getLogger } from "@logtape/logtape";
import { listen } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { commandSetOf, saveCommandSets } from "@/db/deliveries/command_sets.ts";
import { createSeal, type Seal } from "@/db/process/seal.ts";
import { getSetting } from "@/db/settings.ts";
import {
  ensureBuiltinWebhooks,
  listWebhookCommands,
  listWebhooks,
  secretPlace,
  type WebhookRow,
} from "@/db/webhooks.ts";
import type { ServerConfig, WebhookConfig } from "@/server/config.ts";
import { noteOutage } from "@/server/outage.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { buildWebhook } from "@/server/webhooks/build.ts";
import type { Webhook, Webhooks } from "@/server/webhooks/webhook.ts";

const log = getLogger(["agent", "server"]);

/** Who we are and who belongs where, as the worker learned it. */
interface Learned {
  own_names: Record<string, { id: string; name: string }>;
  full_members: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * All webhooks of this process, kept up to date: they are read again when somebody changes them, here
 * or in another process, and when the worker learns who we are.
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
  const again = () => {
    kept.reload().catch((error) => {
      if (!noteOutage(db, error)) log.error("cannot read the webhooks: {error}", { error });
    });
  };
  // A reconnect reads too: what was changed in between was announced to nobody.
  const stop = await listen(db, "settings", again, again);
  return Object.assign(kept, { stop });
}

class KeptWebhooks implements Webhooks {
  #builtin = new Map<string, Webhook>();
  #created = new Map<string, Webhook>();
  #learned: Learned = { own_names: {}, full_members: new Map() };
  readonly #seal: Seal;
  #reading: Promise<void> | null = null;

  constructor(readonly db: Database, readonly config: ServerConfig) {
    this.#seal = createSeal(config.secret_key.reveal());
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

  /** What is announced while a reading goes on is read by the next one. */
  async reload(): Promise<void> {
    const before = this.#reading;
    const reading = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#read());
    this.#reading = reading;
    await reading;
  }

  async #read(): Promise<void> {
    const { db } = this;
    const [rows, commands, own_names, full_members] = await Promise.all([
      listWebhooks(db),
      listWebhookCommands(db),
      getSetting(db, "own_names"),
      fullMembers(db),
    ]);
    for (const [provider, { name }] of Object.entries(own_names ?? {})) {
      if (name === this.#learned.own_names[provider]?.name) continue;
      log.info("we are {name} at {provider}", { name, provider });
    }
    this.#learned = {
      own_names: own_names ?? {},
      full_members,
    };
    const by_webhook = Map.groupBy(commands, ({ webhook_id }) => webhook_id);
    const webhooks = rows.flatMap((row) => {
      const provider = providers.get(row.provider);
      if (!provider) return [];
      const settings = this.#settingsOf(provider, row);
      return [buildWebhook(provider, row, by_webhook.get(row.webhook_id) ?? [], settings)];
    });
    await saveCommandSets(db, webhooks.map(({ commands }) => commandSetOf(commands)));
    this.#builtin = byKey(
      webhooks.filter((webhook) => webhook.is_builtin),
      (webhook) => webhook.provider.name,
    );
    this.#created = byKey(
      webhooks.filter((webhook) => !webhook.is_builtin),
      (webhook) => webhook.webhook_id,
    );
  }

  #settingsOf(provider: Provider, row: WebhookRow) {
    const { command_prefix, commands_per_hour } = this.config;
    const webhook = this.config.providers[provider.name];
    return {
      command_prefix,
      commands_per_hour,
      trusted_users: webhook.trusted_users,
      app_id: webhook.app_id,
      own_name: () => webhook.own_name ?? this.#learned.own_names[provider.name]?.name ?? null,
      full_members: () => this.#learned.full_members.get(provider.name) ?? null,
      ...(row.is_builtin ? builtinSecrets(provider, webhook) : this.#storedSecrets(row)),
    };
  }

  #storedSecrets({ webhook_id, secret, previous_secret, previous_secret_until }: WebhookRow) {
    const open = (sealed: Uint8Array | null) =>
      sealed && this.#seal.open(sealed, secretPlace(webhook_id));
    const current = open(secret);
    const previous = open(previous_secret);
    const still = () => previous_secret_until !== null && previous_secret_until > new Date();
    return {
      secrets: () => [current, still() ? previous : null].filter((one) => one !== null),
      secret_problem: current === null
        ? "its secret was stored with another SECRET_KEY: give it a new one"
        : null,
    };
  }
}

async function fullMembers(db: Database) {
  const learned = [...providers.values()]
    .filter(({ trusted_associations }) => trusted_associations.includes("FULL_MEMBER"));
  const known = await Promise.all(learned.map(async ({ name }) => {
    const members = await getSetting(db, `${name}_full_members`);
    return members ? [[name, new Set(members.ids)] as const] : [];
  }));
  return new Map(known.flat());
}

function builtinSecrets({ secret_setting }: Provider, { secrets }: WebhookConfig) {
  const revealed = secrets.map((secret) => secret.reveal());
  return {
    secrets: () => revealed,
    secret_problem: revealed.length === 0 ? `${secret_setting} is not set` : null,
  };
}

const byKey = (webhooks: Webhook[], key: (webhook: Webhook) => string): Map<string, Webhook> =>
  new Map(webhooks.map((webhook) => [key(webhook), webhook]));

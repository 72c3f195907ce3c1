import { getLogger } from "@logtape/logtape";
import { listen } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { saveCommandSets } from "@/db/deliveries.ts";
import { createSeal, type Seal } from "@/db/process/seal.ts";
import { getSetting } from "@/db/settings.ts";
import {
  ensureBuiltinWebhooks,
  listWebhookCommands,
  listWebhooks,
  secretPlace,
  type Webhook,
} from "@/db/webhooks.ts";
import type { DoorConfig, ServerConfig } from "@/server/config.ts";
import { noteOutage } from "@/server/outage.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { buildDoor } from "@/server/webhooks/build_door.ts";
import { commandSet } from "@/server/webhooks/traces.ts";
import type { Door, Doors } from "@/server/webhooks/door.ts";

const log = getLogger(["agent", "server"]);

/** Who we are and who belongs where, as the worker learned it. */
interface Learned {
  own_names: Record<string, { id: string; name: string }>;
  slack_members: ReadonlySet<string> | null;
}

/**
 * All doors of this process, kept up to date: they are read again when somebody changes them, here
 * or in another process, and when the worker learns who we are.
 */
export async function keepDoors(
  db: Database,
  config: ServerConfig,
): Promise<Doors & { stop(): Promise<void> }> {
  const kept = new KeptDoors(db, config);
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

class KeptDoors implements Doors {
  #builtin = new Map<string, Door>();
  #created = new Map<string, Door>();
  #learned: Learned = { own_names: {}, slack_members: null };
  readonly #seal: Seal;
  #reading: Promise<void> | null = null;

  constructor(readonly db: Database, readonly config: ServerConfig) {
    this.#seal = createSeal(config.secret_key.reveal());
  }

  builtin(provider: string): Door | null {
    return this.#builtin.get(provider) ?? null;
  }

  created(webhook_id: string): Door | null {
    return this.#created.get(webhook_id) ?? null;
  }

  all(): Door[] {
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
    const [webhooks, commands, own_names, slack] = await Promise.all([
      listWebhooks(db),
      listWebhookCommands(db),
      getSetting(db, "own_names"),
      getSetting(db, "slack_full_members"),
    ]);
    for (const [provider, { name }] of Object.entries(own_names ?? {})) {
      if (name === this.#learned.own_names[provider]?.name) continue;
      log.info("we are {name} at {provider}", { name, provider });
    }
    this.#learned = {
      own_names: own_names ?? {},
      slack_members: slack && new Set(slack.ids),
    };
    const by_door = Map.groupBy(commands, ({ webhook_id }) => webhook_id);
    const doors = webhooks.flatMap((webhook) => {
      const provider = providers.get(webhook.provider);
      if (!provider) return [];
      const settings = this.#settingsOf(provider, webhook);
      return [buildDoor(provider, webhook, by_door.get(webhook.webhook_id) ?? [], settings)];
    });
    await saveCommandSets(db, doors.map(setOf));
    this.#builtin = byKey(doors.filter((door) => door.is_builtin), (door) => door.provider.name);
    this.#created = byKey(doors.filter((door) => !door.is_builtin), (door) => door.webhook_id);
  }

  #settingsOf(provider: Provider, webhook: Webhook) {
    const { command_prefix, commands_per_hour, providers } = this.config;
    const door = (providers as Record<string, DoorConfig>)[provider.name];
    return {
      ...{ command_prefix, commands_per_hour },
      ...{ trusted_users: door.trusted_users, app_id: door.app_id },
      own_name: () => door.own_name ?? this.#learned.own_names[provider.name]?.name ?? null,
      full_members: () => provider.name === "slack" ? this.#learned.slack_members : null,
      ...(webhook.is_builtin ? builtinSecrets(provider, door) : this.#storedSecrets(webhook)),
    };
  }

  #storedSecrets({ webhook_id, secret, previous_secret, previous_secret_until }: Webhook) {
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

function builtinSecrets({ secret_setting }: Provider, { secrets }: DoorConfig) {
  const revealed = secrets.map((secret) => secret.reveal());
  return {
    secrets: () => revealed,
    secret_problem: revealed.length === 0 ? `${secret_setting} is not set` : null,
  };
}

const setOf = ({ command_set, commands }: Door) => ({
  command_set,
  commands: commandSet(commands),
});

const byKey = (doors: Door[], key: (door: Door) => string): Map<string, Door> =>
  new Map(doors.map((door) => [key(door), door]));

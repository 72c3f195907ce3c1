import { getLogger } from "@logtape/logtape";
import { listen } from "@/db/channels.ts";
import { type Database, isConnectionError } from "@/db/client.ts";
import { getSetting } from "@/db/settings.ts";
import type { DoorConfig, ServerConfig } from "@/server/config.ts";
import type { AppDeps } from "@/server/env.ts";
import { receiveWebhook } from "@/server/webhooks/receive.ts";
import type { DoorSettings } from "@/server/webhooks/trust.ts";

const log = getLogger(["agent", "server"]);

/** What answers POST /webhooks/…; `learned` is our current login at GitHub. */
export function keepDoors(
  db: Database,
  config: ServerConfig,
  learned: () => string | null,
): AppDeps["receive"] {
  const deps = {
    db,
    config: { command_prefix: config.command_prefix, doors: doorsOf(config, learned) },
    now: () => new Date(),
  };
  return (provider, request, webhook_id) => receiveWebhook(deps, provider, request, webhook_id);
}

/** The built-in door of each provider, with what only this process may know revealed. */
function doorsOf(
  config: ServerConfig,
  learned: () => string | null,
): Record<string, DoorSettings> {
  const door = (settings: DoorConfig, login: () => string | null): DoorSettings => ({
    secrets: settings.secrets.map((secret) => secret.reveal()),
    trusted_users: settings.trusted_users,
    login: () => settings.own_name ?? login(),
    app_id: null,
  });
  return Object.fromEntries(
    Object.entries(config.providers).map(([name, settings]) => [
      name,
      door(settings, name === "github" ? learned : () => null),
    ]),
  );
}

/** Our login at GitHub as the worker learned it: always the current one. Null until it has. */
export async function followGithubLogin(
  db: Database,
): Promise<{ current: () => string | null; stop: () => Promise<void> }> {
  let login: string | null = null;
  const learn = (name: string | null) => {
    if (name !== login) log.info("we are {name} at GitHub", { name });
    login = name;
  };
  learn(await getSetting(db, "github_login"));
  const read = () => {
    getSetting(db, "github_login").then(learn).catch((error) => {
      if (!isConnectionError(error)) log.error("cannot read our GitHub login: {error}", { error });
    });
  };
  // A reconnect reads too: whatever was stored in between was announced to nobody.
  const stop = await listen(db, "settings", read, read);
  return { current: () => login, stop };
}

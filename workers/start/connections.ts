import { Secret } from "@/db/process/secret.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Connection, Setting } from "@/server/providers/provider.ts";
import type { WorkerConfig } from "@/workers/config.ts";

/** What is not set is null, and said when it is needed. `minted` is told each token that is made. */
export function connectionsOf(
  config: WorkerConfig,
  minted: (token: string) => void = () => {},
): Record<string, Connection> {
  const setting = settingOf(config);
  return Object.fromEntries(
    [...providers.values()].map(({ name, connection }) => [name, connection(setting, minted)]),
  );
}

export function cloneUrlsOf(config: WorkerConfig): Record<string, string> {
  const setting = settingOf(config);
  return present(
    [...providers.values()].map(({ name, repositories, url_setting }) =>
      [name, repositories && url_setting ? setting(url_setting) : null] as const
    ),
  );
}

export function ownNamesOf(config: WorkerConfig): Record<string, string> {
  const setting = settingOf(config);
  return present(
    [...providers.values()].map(({ name, login_setting }) =>
      [name, login_setting && setting(login_setting)] as const
    ),
  );
}

// a wrong name is a mistake of ours, not of the operator
const settingOf = ({ provider_settings }: WorkerConfig): Setting => (name) => {
  if (!Object.hasOwn(provider_settings, name)) {
    throw new TypeError(`${name} is no variable of ours`);
  }
  const value = provider_settings[name];
  return value instanceof Secret ? value.reveal() : value as string | null;
};

const present = (pairs: (readonly [string, string | null])[]): Record<string, string> =>
  Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null));

/** The settings of a machine whose webhooks are open and whose outside world is made up. */
import { randomBytes } from "node:crypto";
import { providers } from "@/server/providers/mod.ts";

export const makeSecrets = (): Record<string, string> =>
  Object.fromEntries(
    [...providers.values()].map((
      { name, newSecret },
    ) => [name, newSecret?.() ?? randomBytes(16).toString("hex")]),
  );

export const webhooks = (secrets: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    [...providers.values()].map(({ name, secret_setting }) => [secret_setting, secrets[name]]),
  );

/** Answers go to the stand-ins at `url`; people are trusted whom the samples call by a known name. */
export const accounts = (url: string): Record<string, string> =>
  Object.assign(
    { FORWARD_HOSTS: new URL(url).host },
    ...[...providers.values()].map(({ name, stand_in }) => stand_in?.settings(`${url}/${name}`)),
  );

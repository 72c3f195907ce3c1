import { createSeal, type Seal } from "@/db/process/seal.ts";
import { secretPlace, type WebhookRow } from "@/db/webhooks.ts";
import type { ServerConfig, WebhookConfig } from "@/server/config.ts";
import type { Provider } from "@/server/providers/provider.ts";
import type { WebhookSettings } from "@/server/webhooks/build.ts";
import type { Learned } from "@/server/webhooks/keep/learned.ts";

/** Makes what webhooks take from this process's settings, beside their rows. */
export function settingsFrom(
  config: ServerConfig,
  learned: Learned,
  named_repositories: WebhookSettings["named_repositories"],
) {
  const seal = createSeal(config.secret_key.reveal());
  const { command_prefix, commands_per_hour, repositories, workflow_rules } = config;
  return (provider: Provider, row: WebhookRow): WebhookSettings => {
    const given = config.providers[provider.name];
    return {
      command_prefix,
      commands_per_hour,
      repositories,
      workflow_rules,
      named_repositories,
      trusted_users: given.trusted_users,
      app_id: given.app_id,
      own_name: () => given.own_name ?? learned.ownName(provider.name),
      full_members: () => learned.fullMembers(provider.name),
      ...(row.is_builtin ? builtinSecrets(provider, given) : storedSecrets(seal, row)),
    };
  };
}

function builtinSecrets({ secret_setting }: Provider, { secrets }: WebhookConfig) {
  const revealed = secrets.map((secret) => secret.reveal());
  return {
    secrets: () => revealed,
    secret_problem: revealed.length === 0 ? `${secret_setting} is not set` : null,
  };
}

function storedSecrets(
  seal: Seal,
  { webhook_id, secret, previous_secret, previous_secret_until }: WebhookRow,
) {
  const open = (sealed: Uint8Array | null) => sealed && seal.open(sealed, secretPlace(webhook_id));
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

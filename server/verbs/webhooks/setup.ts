import { forwardSecret } from "@/db/process/seal.ts";
import type { Principal } from "@/db/sessions.ts";
import { mayAct } from "@/server/roles.ts";
import type { AppDeps } from "@/server/env.ts";
import { findRow, findWebhook } from "@/server/verbs/webhooks/find.ts";
import { rotateSecret } from "@/server/verbs/webhooks/rotate_secret.ts";
import type { SetupView } from "@/views/webhooks.ts";

/** What is to be done at the provider, in its own words, for this webhook. Throws 404. */
export async function setupOf(deps: AppDeps, id: string): Promise<SetupView> {
  const { provider, path, is_builtin } = await findWebhook(deps, await findRow(deps, id));
  const address = deps.config.public_url + path;
  const secret = is_builtin
    ? `what ${provider.secret_setting} is set to`
    : provider.gives_secret
    ? `the one that ${provider.title} shows`
    : "the secret shown when the webhook was created";
  const filled = (value: string) =>
    value.replaceAll("{address}", address).replaceAll("{secret}", secret);
  return {
    address,
    secret_setting: is_builtin ? provider.secret_setting : null,
    steps: provider.setup.map(({ label, values }) => ({ label, values: values.map(filled) })),
  };
}

/** The key that verifies what a webhook forwards; null for those who may not change its secret. */
export const forwardSecretFor = (
  { config }: Pick<AppDeps, "config">,
  { role }: Principal,
  webhook_id: string,
): string | null =>
  mayAct(role, rotateSecret.role) ? forwardSecret(config.secret_key.reveal(), webhook_id) : null;

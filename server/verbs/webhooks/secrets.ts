import { randomBytes } from "node:crypto";
import { createSeal, type Seal } from "@/db/process/seal.ts";
import type { WebhookRow } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { wrong } from "@/server/verbs/checked.ts";
import { providerOf } from "@/server/verbs/webhooks/find.ts";

const refused = (message: string) => wrong([{ path: "secret", message }]);

/** The secret that was given, or a new one where the operator may choose. Throws 422. */
export function secretFor(provider: Provider, given: string | undefined): string {
  if (given === undefined) {
    if (!provider.gives_secret) return madeUp(provider);
    throw refused(`${provider.title} makes up the secret itself: give the one that it shows`);
  }
  const problem = provider.secretProblem(given);
  if (problem) throw refused(problem);
  return given;
}

/** `secretFor` a webhook that has one. Throws 422 for a built-in one, whose secret is a setting. */
export function newSecret(row: WebhookRow, given: string | undefined): string {
  const provider = providerOf(row);
  if (!row.is_builtin) return secretFor(provider, given);
  throw refused(`the secret of a built-in webhook is in the setting ${provider.secret_setting}`);
}

const madeUp = (provider: Provider): string =>
  provider.newSecret?.() ?? randomBytes(32).toString("hex");

/** Seals what SECRET_KEY opens. */
export const sealOf = ({ config }: Pick<AppDeps, "config">): Seal =>
  createSeal(config.secret_key.reveal());

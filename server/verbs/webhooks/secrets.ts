import { randomBytes } from "node:crypto";
import { createSeal, type Seal } from "@/db/process/seal.ts";
import type { AppDeps } from "@/server/env.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { wrong } from "@/server/verbs/checked.ts";

/**
 * The secret that was given, or a new one where the operator may choose.
 * @throws HttpProblem 422 on `secret`
 */
export function secretFor(provider: Provider, given: string | undefined): string {
  const no = (message: string) => wrong([{ path: "secret", message }]);
  if (given === undefined) {
    if (!provider.gives_secret) return madeUp(provider);
    throw no(`${provider.title} makes up the secret itself: give the one that it shows`);
  }
  const problem = provider.secretProblem(given);
  if (problem) throw no(problem);
  return given;
}

const madeUp = (provider: Provider): string =>
  provider.newSecret?.() ?? randomBytes(32).toString("hex");

/** What secrets are sealed with. */
export const sealOf = ({ config }: Pick<AppDeps, "config">): Seal =>
  createSeal(config.secret_key.reveal());

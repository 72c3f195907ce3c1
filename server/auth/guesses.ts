/** The one way to whoever holds a credential: who guesses is slowed down, whatever the door. */
import { clientAddress, countedAs } from "@/server/auth/client_address.ts";
import { Throttle } from "@/server/auth/throttle.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";

type Deps = Pick<AppDeps, "db" | "config">;

const throttles = new WeakMap<Deps["db"], Throttle>();

/** Whose address the request comes from, as far as TRUSTED_PROXIES are believed. */
export const addressOf = (c: AppContext, { trusted_proxies }: Deps["config"]): string =>
  clientAddress(c.env?.remoteAddr, c.req.header("x-forwarded-for"), trusted_proxies);

/**
 * Looks a bearer token, a cookie or what was typed at the sign-in up by `find`; null: it is wrong.
 * @throws HttpProblem 429 when too many were wrong
 */
export function checkCredential<Holder>(
  c: AppContext,
  { db, config }: Deps,
  credential: string,
  find: () => Promise<Holder | null>,
): Promise<Holder | null> {
  let throttle = throttles.get(db);
  if (!throttle) throttles.set(db, throttle = new Throttle());
  return throttle.check(countedAs(addressOf(c, config)), credential, find, tooMany);
}

const tooMany = (seconds: number): HttpProblem =>
  new HttpProblem(429, `Too many wrong tokens. Try again in ${seconds} seconds.`, {
    headers: { "retry-after": String(seconds) },
  });

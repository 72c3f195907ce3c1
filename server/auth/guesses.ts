import { clientAddress, countedAs } from "@/server/auth/client_address.ts";
import { Throttle } from "@/server/auth/throttle.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";

type Deps = Pick<AppDeps, "db" | "config">;

const throttles = new WeakMap<Deps["db"], Throttle>();

export const addressOf = (c: AppContext, { trusted_proxies }: Deps["config"]): string =>
  clientAddress(c.env?.remoteAddr, c.req.header("x-forwarded-for"), trusted_proxies);

/** Looks up a bearer token or what was typed at the sign-in; null: wrong. Throws 429. */
export function checkCredential<Holder>(
  c: AppContext,
  { db, config }: Deps,
  credential: string,
  find: () => Promise<Holder | null>,
): Promise<Holder | null> {
  return throttleOf(db).check(countedAs(addressOf(c, config)), credential, find, tooMany);
}

export function checkCookie<Holder>(
  c: AppContext,
  { db, config }: Deps,
  secret: string,
  find: () => Promise<Holder | null>,
): Promise<Holder | null> {
  return throttleOf(db).checkCookie(countedAs(addressOf(c, config)), secret, find, tooMany);
}

/** Whoever has just signed in is not asked to wait. */
export const noteSession = ({ db }: Pick<Deps, "db">, secret: string): void =>
  throttleOf(db).noteRight(secret);

function throttleOf(db: Deps["db"]): Throttle {
  let throttle = throttles.get(db);
  if (!throttle) throttles.set(db, throttle = new Throttle());
  return throttle;
}

const tooMany = (seconds: number): HttpProblem =>
  new HttpProblem(429, `Too many wrong tokens. Try again in ${seconds} seconds.`, {
    headers: { "retry-after": String(seconds) },
  });

import { createMiddleware } from "hono/factory";
import { findSession, type Principal } from "@/db/sessions.ts";
import { readSessionCookie } from "@/server/auth/cookie.ts";
import { checkCookie, checkCredential } from "@/server/auth/guesses.ts";
import { findTokenHolder } from "@/server/auth/tokens.ts";
import type { AppContext, AppDeps, AppEnv } from "@/server/env.ts";
import { HttpProblem, wantsPage } from "@/server/errors.ts";

type Deps = Pick<AppDeps, "db" | "config">;

const isPublic = (path: string): boolean =>
  path === "/sign-in" || path.startsWith("/sign-in/") || path === "/api/health" ||
  path.startsWith("/static/") || path === "/favicon.ico";

/** Sets `principal`. Throws 401; 403 for a change by cookie that comes from no page of ours. */
export const authenticate = (deps: Deps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (isPublic(c.req.path)) return await next();
    const principal = await findPrincipal(c, deps);
    if (!principal) return askToSignIn(c);
    c.set("principal", principal);
    await next();
  });

async function findPrincipal(c: AppContext, { db, config }: Deps): Promise<Principal | null> {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization.trim()) ?? [];
    const find = (text: string) => () => findTokenHolder(db, config, text);
    const holder = token ? await checkCredential(c, { db, config }, token, find(token)) : null;
    if (!holder) return null;
    const { name, role, token_id } = holder;
    return { name, role, session_id: null, token_id };
  }
  const secret = readSessionCookie(c, config.public_url);
  const person = secret &&
    await checkCookie(
      c,
      { db, config },
      secret,
      () => findSession(db, secret, config.admin_token_mac),
    );
  if (!person) return null;
  checkOrigin(c, config.origins);
  return person;
}

const SAFE = ["GET", "HEAD", "OPTIONS"];

// browsers send Origin with every such request
function checkOrigin(c: AppContext, origins: string[]): void {
  if (SAFE.includes(c.req.method)) return;
  const origin = c.req.header("origin");
  if (origin && origins.includes(origin)) return;
  throw new HttpProblem(
    403,
    `Changes with the sign-in cookie must come from a page at ${origins[0]} (PUBLIC_URL), not ` +
      `from ${origin ?? "an unknown place"}. Programs use a bearer token.`,
  );
}

function askToSignIn(c: AppContext): Response {
  if (c.req.method === "GET" && wantsPage(c)) {
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
  }
  throw new HttpProblem(401, "Sign in, or send `Authorization: Bearer TOKEN`.", {
    headers: { "www-authenticate": "Bearer" },
  });
}

import { audit } from "@/db/audit.ts";
import { endSession, redeemSignInLink, startSession } from "@/db/sessions.ts";
import { writeSessionCookie } from "@/server/auth/cookie.ts";
import { Throttle } from "@/server/auth/throttle.ts";
import { findTokenHolder, type TokenHolder } from "@/server/auth/tokens.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";

type Deps = Pick<AppDeps, "db" | "config">;

const throttles = new WeakMap<Deps["db"], Throttle>();

/** Signs the browser in with a token. Throws a problem: 401 wrong, 429 too many wrong ones. */
export async function signInWithToken(c: AppContext, deps: Deps, token: string): Promise<void> {
  await signIn(c, deps, "token", () => findTokenHolder(deps.db, deps.config, token.trim()));
}

/** Signs the browser in with a one-time link's secret. Throws as `signInWithToken`. */
export async function signInWithLink(c: AppContext, deps: Deps, secret: string): Promise<void> {
  await signIn(c, deps, "link", async () => {
    const role = await redeemSignInLink(deps.db, secret);
    return role && { name: role, role, token_id: null };
  });
}

const WRONG = {
  token: "This token is not known. Look it up where the server was started, or ask an admin.",
  link: "This sign-in link was used before, or is too old. Use a token, or ask for a new link.",
};

async function signIn(
  c: AppContext,
  { db, config }: Deps,
  by: "token" | "link",
  find: () => Promise<TokenHolder | null>,
): Promise<void> {
  const throttle = throttleOf(db);
  const address = clientAddress(c);
  const wait = throttle.wait(address);
  if (wait > 0) {
    throw new HttpProblem(429, `Too many failed sign-ins. Try again in ${wait} seconds.`, {
      headers: { "retry-after": String(wait) },
    });
  }
  const holder = await find();
  if (!holder) {
    throttle.failed(address);
    throw new HttpProblem(401, WRONG[by]);
  }
  throttle.succeeded(address);
  const session = await startSession(db, holder);
  await audit(db, {
    actor: holder.name,
    action: "sign_in",
    subject: session.session_id,
    detail: { by, role: holder.role, address },
  });
  writeSessionCookie(c, config.public_url, session.secret, session.expires_at);
}

/** Ends the browser's session and takes its cookie back. */
export async function signOut(c: AppContext, { db, config }: Deps): Promise<void> {
  const { session_id } = c.get("principal");
  if (session_id) await endSession(db, session_id);
  writeSessionCookie(c, config.public_url, "", new Date(0));
}

function throttleOf(db: Deps["db"]): Throttle {
  let throttle = throttles.get(db);
  if (!throttle) throttles.set(db, throttle = new Throttle());
  return throttle;
}

// Only the socket's: X-Forwarded-For is whatever the client says it is.
function clientAddress(c: AppContext): string {
  const address = c.env?.remoteAddr;
  return address && "hostname" in address ? address.hostname : "unknown";
}

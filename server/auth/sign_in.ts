import { audit } from "@/db/audit.ts";
import { endSession, redeemSignInLink, startSession } from "@/db/sessions.ts";
import { writeSessionCookie } from "@/server/auth/cookie.ts";
import { addressOf, checkCredential, noteSession } from "@/server/auth/guesses.ts";
import { findTokenHolder, type TokenHolder } from "@/server/auth/tokens.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";

type Deps = Pick<AppDeps, "db" | "config">;

/** Signs the browser in with a token. Throws a problem: 401 wrong, 429 too many wrong ones. */
export async function signInWithToken(c: AppContext, deps: Deps, token: string): Promise<void> {
  await signIn(c, deps, "token", token, () => findTokenHolder(deps.db, deps.config, token.trim()));
}

/** Signs the browser in with a one-time link's secret. Throws as `signInWithToken`. */
export async function signInWithLink(c: AppContext, deps: Deps, secret: string): Promise<void> {
  await signIn(c, deps, "link", secret, async () => {
    const role = await redeemSignInLink(deps.db, secret, deps.config.admin_token_mac);
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
  secret: string,
  find: () => Promise<TokenHolder | null>,
): Promise<void> {
  const holder = await checkCredential(c, { db, config }, secret, find);
  if (!holder) throw new HttpProblem(401, WRONG[by]);
  const admin_token_mac = holder.token_id === null ? config.admin_token_mac : null;
  const session = await startSession(db, { ...holder, admin_token_mac });
  noteSession({ db }, session.secret);
  await audit(db, {
    actor: holder.name,
    action: "sign_in",
    subject: session.session_id,
    detail: { by, role: holder.role, address: addressOf(c, config) },
  });
  writeSessionCookie(c, config.public_url, session.secret, session.expires_at);
}

/** Ends the browser's session and takes its cookie back. */
export async function signOut(c: AppContext, { db, config }: Deps): Promise<void> {
  const { session_id, name } = c.get("principal");
  if (session_id) await endSession(db, session_id, name);
  writeSessionCookie(c, config.public_url, "", new Date(0));
}

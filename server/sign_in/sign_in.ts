import { type Principal, redeemSignInLink } from "@/db/sessions.ts";
import { writeSessionCookie } from "@/server/auth/cookie.ts";
import { addressOf, checkCredential, noteSession } from "@/server/auth/guesses.ts";
import { findTokenHolder, type TokenHolder } from "@/server/auth/tokens.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";
import { signIn } from "@/server/verbs/sign_ins/sign_in.ts";
import { signOut as endSession } from "@/server/verbs/sign_ins/sign_out.ts";

/** Signs the browser in with a token. Throws a problem: 401 wrong, 429 too many wrong ones. */
export async function signInWithToken(c: AppContext, deps: AppDeps, token: string): Promise<void> {
  await enter(c, deps, "token", token, () => findTokenHolder(deps.db, deps.config, token.trim()));
}

/** Signs the browser in with a one-time link's secret. Throws as `signInWithToken`. */
export async function signInWithLink(c: AppContext, deps: AppDeps, secret: string): Promise<void> {
  await enter(c, deps, "link", secret, async () => {
    const role = await redeemSignInLink(deps.db, secret, deps.config.admin_token_mac);
    return role && { name: role, role, token_id: null };
  });
}

const WRONG = {
  token: "This token is not known. Look it up where the server was started, or ask an admin.",
  link: "This sign-in link was used before, or is too old. Use a token, or ask for a new link.",
};

async function enter(
  c: AppContext,
  deps: AppDeps,
  by: "token" | "link",
  secret: string,
  find: () => Promise<TokenHolder | null>,
): Promise<void> {
  const { config } = deps;
  const holder = await checkCredential(c, deps, secret, find);
  if (!holder) throw new HttpProblem(401, WRONG[by]);
  const { name, role, token_id } = holder;
  const actor: Principal = { name, role, session_id: null, token_id: null };
  const session = await signIn(deps, actor, { by, token_id, address: addressOf(c, config) });
  noteSession(deps, session.secret);
  writeSessionCookie(c, config.public_url, session.secret, session.expires_at);
}

/** Ends the browser's session and takes its cookie back. */
export async function signOut(c: AppContext, deps: AppDeps): Promise<void> {
  const actor = c.get("principal");
  const { session_id } = actor;
  if (session_id) await endSession(deps, actor, { session_id });
  writeSessionCookie(c, deps.config.public_url, "", new Date(0));
}

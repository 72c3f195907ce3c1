import { createHash, randomBytes } from "node:crypto";
import type { Database } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";

export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = typeof ROLES[number];

/** Who makes a request: a person at the dashboard, or a program with a token. */
export interface Principal {
  name: string;
  role: Role;
  /** Set for a person at the dashboard. */
  session_id: string | null;
}

/** Secrets of ours are random and long, so a plain hash keeps them; only the hash is stored. */
export const hashSecret = (secret: string): Uint8Array =>
  createHash("sha256").update(secret).digest();

const newSecret = (): string => randomBytes(32).toString("base64url");

const SESSION_DAYS = 30;

/** Starts a person's session. The secret goes into the cookie and is not kept. */
export async function startSession(
  { sql }: Database,
  person: { name: string; role: Role; token_id?: string | null },
): Promise<{ session_id: string; secret: string; expires_at: Date }> {
  const session_id = newId();
  const secret = newSecret();
  const expires_at = new Date(Date.now() + SESSION_DAYS * 86_400_000);
  await sql`insert into sessions ${
    sql({ session_id, token_hash: hashSecret(secret), token_id: null, ...person, expires_at })
  }`;
  return { session_id, secret, expires_at };
}

/** The person behind a cookie's secret, or null when it is unknown, over, or its token revoked. */
export async function findSession({ sql }: Database, secret: string): Promise<Principal | null> {
  const [row] = await sql<(Principal & { stale: boolean })[]>`
    select s.session_id, s.name, s.role, s.last_seen_at < now() - interval '1 minute' as stale
    from sessions s left join api_tokens t using (token_id)
    where s.token_hash = ${hashSecret(secret)} and s.ended_at is null and s.expires_at > now()
      and t.revoked_at is null`;
  if (!row) return null;
  const { stale, ...principal } = row;
  if (stale) await touch(sql, principal.session_id!);
  return principal;
}

const touch = (sql: Database["sql"], session_id: string) =>
  sql`update sessions set last_seen_at = now() where session_id = ${session_id}`;

/** Signs out. */
export async function endSession({ sql }: Database, session_id: string): Promise<void> {
  await sql`update sessions set ended_at = now() where session_id = ${session_id}`;
}

/** A link's secret that signs somebody in once, within `minutes`. */
export async function createSignInLink(
  { sql }: Database,
  link: { role: Role; minutes: number },
): Promise<string> {
  const secret = newSecret();
  await sql`
    insert into sign_in_links (token_hash, role, expires_at)
    values (${hashSecret(secret)}, ${link.role}, now() + ${link.minutes} * interval '1 minute')`;
  return secret;
}

/** Uses a link up. The role it gives, or null when it is unknown, used or too old. */
export async function redeemSignInLink({ sql }: Database, secret: string): Promise<Role | null> {
  const [row] = await sql<{ role: Role }[]>`
    update sign_in_links set used_at = now()
    where token_hash = ${hashSecret(secret)} and used_at is null and expires_at > now()
    returning role`;
  return row?.role ?? null;
}

export interface ApiToken {
  token_id: string;
  name: string;
  role: Role;
  created_by: string | null;
  created_at: Date;
  last_used_at: Date | null;
}

/** A named token for a program or a person. Its secret is returned here and never again. */
export async function createApiToken(
  { sql }: Database,
  token: { name: string; role: Role; created_by: string },
): Promise<ApiToken & { token: string }> {
  const secret = `cca_${newSecret()}`;
  const [row] = await sql<ApiToken[]>`
    insert into api_tokens ${sql({ token_id: newId(), token_hash: hashSecret(secret), ...token })}
    returning token_id, name, role, created_by, created_at, last_used_at`;
  return { ...row, token: secret };
}

/** The program behind a bearer token, or null. */
export async function findApiToken(
  { sql }: Database,
  secret: string,
): Promise<{ token_id: string; name: string; role: Role } | null> {
  const [row] = await sql<{ token_id: string; name: string; role: Role; stale: boolean }[]>`
    select token_id, name, role,
      coalesce(last_used_at < now() - interval '1 minute', true) as stale
    from api_tokens where token_hash = ${hashSecret(secret)} and revoked_at is null`;
  if (!row) return null;
  const { stale, ...token } = row;
  if (stale) await sql`update api_tokens set last_used_at = now() where token_id = ${row.token_id}`;
  return token;
}

/** The tokens that work, newest first. */
export async function listApiTokens({ sql }: Database): Promise<ApiToken[]> {
  return await sql<ApiToken[]>`
    select token_id, name, role, created_by, created_at, last_used_at
    from api_tokens where revoked_at is null order by token_id desc`;
}

/** Ends a token and every session that it signed in. False when there is none. */
export async function revokeApiToken({ sql }: Database, token_id: string): Promise<boolean> {
  if (!isId(token_id)) return false;
  const done = await sql`
    update api_tokens set revoked_at = now() where token_id = ${token_id} and revoked_at is null`;
  return done.count === 1;
}
